/** `pnpm bench --compare BASE`: the hot paths of this checkout against those of another, in pairs. */
import { formatBytes, formatUs } from '../hot-paths/format-quantity.ts';
import { hotPaths } from '../hot-paths/hot-paths.ts';
import { commitOf } from '../suite/machine.ts';
import { markdownTable } from '../suite/markdown-table.ts';
import { projectRoot } from '../suite/project-root.ts';
import type { Suite } from '../suite/suite.ts';
import { inTemporaryFolder } from '../suite/temporary-folder.ts';
import { type ComparedProbe, compareProbe, type MissingProbe } from './compare-probe.ts';
import { canCountInstructions } from './count-instructions.ts';
import { openBase } from './open-base.ts';
import type { ProbeName } from './probe.ts';

export const defaultThreshold = 0.1;

export const compareSuite: Suite = {
  name: 'compare',
  title: 'This checkout against another',
  about: 'what --compare BASE runs',
  options: { threshold: { type: 'string' }, pairs: { type: 'string' }, only: { type: 'string' } },
  when: 'asked',
  run: ({ quick, words, say }) =>
    inTemporaryFolder(async (folder) => {
      const base = words['compare'];
      if (base === undefined) throw new Error('--compare takes another checkout, or a commit');
      const threshold = Number(words['threshold'] ?? defaultThreshold);
      const pairs = Number(words['pairs'] ?? (quick ? 3 : 8));
      const { directory, close } = openBase(base, folder);
      try {
        const instructions = canCountInstructions();
        if (!instructions) say('  no `perf stat` with counters here: time and bytes decide');
        const compared: (ComparedProbe | MissingProbe)[] = [];
        for (const name of probesOf(words['only'])) {
          const result = await compareProbe(name, {
            base: directory,
            candidate: projectRoot,
            pairs,
            mostPairs: quick ? pairs : 4 * pairs,
            blockMs: quick ? 15 : 40,
            blocks: quick ? 5 : 9,
            threshold,
            instructions,
          });
          say(
            `  ${name.path}, ${name.size}: ${result.kind === 'missing' ? `not in the ${result.from}` : `${result.verdict}, ${percent(result.time.ratio)} time`}`,
          );
          compared.push(result);
        }
        const slower = compared.flatMap((one) =>
          one.kind === 'compared' && one.verdict === 'slower' ? [`${one.path} (${one.size}) is slower than in ${base}`] : [],
        );
        const head = `This: ${commitOf(projectRoot) ?? 'no commit'}. Base: ${base}, ${commitOf(directory) ?? 'no commit'}. ${pairs} pairs of processes, in turn, up to four times as many while nothing can be told; ratios this / base with 95% intervals (Student's t over pairs). A verdict is given where the whole interval is beyond ${percent(1 + threshold)}, or within.`;
        return { markdown: `${head}\n\n${compareTable(compared)}`, figures: { base, threshold, pairs, compared }, failures: slower };
      } finally {
        close();
      }
    }),
};

/** Every hot path at its middle size. */
export function probesOf(only: string | undefined): readonly ProbeName[] {
  return hotPaths.flatMap(({ name, sizes }) => (only === undefined || name.includes(only) ? [{ path: name, size: sizes[1] }] : []));
}

function percent(ratio: number): string {
  return `${ratio >= 1 ? '+' : ''}${(100 * (ratio - 1)).toFixed(1)}%`;
}

export function compareTable(compared: readonly (ComparedProbe | MissingProbe)[]): string {
  const cell = ({ ratio, low, high }: ComparedProbe['time']) => `${percent(ratio)} [${percent(low)}, ${percent(high)}]`;
  return markdownTable(
    ['what', 'n', 'base', 'CPU time', 'instructions', 'bytes of base', 'bytes', 'verdict'],
    compared.map((one) =>
      one.kind === 'missing'
        ? [one.path, String(one.size), '', '', '', '', '', `not in the ${one.from}`]
        : [
            one.path,
            String(one.size),
            formatUs(one.time.base),
            cell(one.time),
            one.instructions === null ? '-' : cell(one.instructions),
            formatBytes(one.bytes.base),
            cell(one.bytes),
            one.verdict,
          ],
    ),
  );
}
