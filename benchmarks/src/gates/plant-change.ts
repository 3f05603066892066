/** Copies of this checkout with a change planted in them: what gates have to catch, or to leave alone. */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkLibraries } from '../compare/open-base.ts';
import { projectRoot } from '../suite/project-root.ts';

export interface PlantedChange {
  /** From the project's root. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Every `every`th decision is worked out twice: one part in `every` slower, of all that it takes. */
export function slowerDecide(every: number): PlantedChange {
  return {
    file: 'packages/learning/src/learned/learned.ts',
    from: '        propensities = propensitiesOf(analysis);\n',
    to: `        propensities = propensitiesOf(analysis);\n        if (++decided % ${every} === 0) propensitiesOf({ ...analysis });\n`,
  };
}

/** What `slowerDecide` counts by. */
export const decisionCount: PlantedChange = {
  file: 'packages/learning/src/learned/learned.ts',
  from: 'interface PolicyParts {',
  to: 'let decided = 0;\n\ninterface PolicyParts {',
};

/** So large a share of the answers is cut to a third; which ones differs with `draw`. */
export function cutAnswers(share: number, draw: number): PlantedChange {
  return {
    file: 'packages/core/src/orchestrator.ts',
    from: 'return { analysis, decision, end, usage, latencyMs };',
    to: `return { analysis, decision, end: end.kind === 'answered' && random.uniform('planted', ${draw}) < ${share} ? { ...end, text: end.text.slice(0, end.text.length / 3) } : end, usage, latencyMs };`,
  };
}

/** The same code under other chance: every trial falls out anew. */
export function otherLuck(draw: number): PlantedChange {
  return {
    file: 'packages/harness/src/experiment/trial-luck.ts',
    from: "seededRandom('luck', phase,",
    to: `seededRandom('luck ${draw}', phase,`,
  };
}

/** Makes the copy at `directory`, which must not exist yet. Throws where a change finds nothing to change: the code has moved on. */
export function plantedCheckout(directory: string, changes: readonly PlantedChange[]): string {
  mkdirSync(directory, { recursive: true });
  const own = (path: string) => !/[\\/](node_modules|\.turbo|test)$/.test(path);
  cpSync(join(projectRoot, 'packages'), join(directory, 'packages'), { recursive: true, filter: own });
  linkLibraries(directory);
  for (const name of ['scenarios', 'experiments', 'package.json', 'pnpm-lock.yaml']) symlinkSync(join(projectRoot, name), join(directory, name));
  for (const { file, from, to } of changes) {
    const text = readFileSync(join(directory, file), 'utf8');
    if (text.split(from).length !== 2) throw new Error(`${file} has not just one "${from.trim()}": the planted change has to follow the code`);
    writeFileSync(
      join(directory, file),
      text.replace(from, () => to),
    );
  }
  return directory;
}
