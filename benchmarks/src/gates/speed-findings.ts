/** How often `--compare` finds a fifth that was planted in `decide`, and how often one that was not. */
import { join } from 'node:path';
import { compareProbe } from '../compare/compare-probe.ts';
import { defaultThreshold, probesOf } from '../compare/compare-suite.ts';
import { canCountInstructions } from '../compare/count-instructions.ts';
import type { ProbeName } from '../compare/probe.ts';
import type { Verdict } from '../compare/verdict.ts';
import { projectRoot } from '../suite/project-root.ts';
import { decisionCount, plantedCheckout, slowerDecide } from './plant-change.ts';

export interface SpeedFinding {
  readonly verdict: Verdict;
  /** Candidate / base, in CPU time. */
  readonly ratio: number;
}

export interface SpeedFindings {
  readonly planted: readonly SpeedFinding[];
  readonly unchanged: readonly SpeedFinding[];
}

export interface FindingsOrder {
  readonly folder: string;
  readonly repeats: number;
  readonly alarms: number;
  readonly say: (line: string) => void;
}

export async function speedFindings({ folder, repeats, alarms, pairs, say }: FindingsOrder & { readonly pairs: number }): Promise<SpeedFindings> {
  const slower = plantedCheckout(join(folder, 'slower'), [slowerDecide(5), decisionCount]);
  // A copy too, so that both sides are read from folders alike.
  const same = plantedCheckout(join(folder, 'same'), []);
  const [decide] = probesOf('decide') as [ProbeName];
  const instructions = canCountInstructions();
  const compare = async (candidate: string): Promise<SpeedFinding> => {
    const found = await compareProbe(decide, {
      base: projectRoot,
      candidate,
      pairs,
      mostPairs: 4 * pairs,
      blockMs: 40,
      blocks: 9,
      threshold: defaultThreshold,
      instructions,
    });
    if (found.kind === 'missing') throw new Error(`"${decide.path}" cannot be run in the ${found.from}`);
    return { verdict: found.verdict, ratio: found.time.ratio };
  };
  const planted: SpeedFinding[] = [];
  const unchanged: SpeedFinding[] = [];
  for (let turn = 0; turn < Math.max(repeats, alarms); turn++) {
    if (turn < repeats) planted.push(await compare(slower));
    if (turn < alarms) unchanged.push(await compare(same));
    const last = (name: string, found: readonly SpeedFinding[]) =>
      found.length <= turn ? [] : [`${name} ${found[turn]?.verdict} (${found[turn]?.ratio.toFixed(3)})`];
    say(`  speed ${turn + 1}: ${[...last('planted', planted), ...last('unchanged', unchanged)].join(', ')}`);
  }
  return { planted, unchanged };
}
