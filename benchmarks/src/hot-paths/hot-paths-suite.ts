/** `pnpm bench hot-paths [--only TEXT]`: how long the hot paths take at n, 10 n and 100 n, and how they grow. */
import { markdownTable } from '../suite/markdown-table.ts';
import type { Suite } from '../suite/suite.ts';
import { formatBytes, formatUs } from './format-quantity.ts';
import { hotPaths } from './hot-paths.ts';
import { type Curve, measureCurve } from './measure-curve.ts';

export const hotPathsSuite: Suite = {
  name: 'hot-paths',
  title: 'Hot paths',
  about: 'analysis, graphs, features, decisions, folds, forests, spans, store, reports at n, 10 n, 100 n',
  options: { only: { type: 'string' } },
  when: 'quick',
  run: async ({ quick, words, say }) => {
    const curves: Curve[] = [];
    for (const path of hotPaths) {
      if (words['only'] !== undefined && !path.name.includes(words['only'])) continue;
      say(`  ${path.name}`);
      curves.push(await measureCurve(path, quick ? { timeMs: 100, fewestRuns: 3 } : { timeMs: 1000, fewestRuns: 10 }));
    }
    return { markdown: `${how}\n\n${timesTable(curves)}`, figures: { curves } };
  },
};

const how =
  'Medians of time with 95% intervals (ranks), warm, in one process: wall-clock where a run takes less than half a millisecond, CPU time of the process where it takes longer; heap bytes of one run. Exponent: time grows as n to this power, over all three sizes (over the last two).';

export function timesTable(curves: readonly Curve[]): string {
  return markdownTable(
    ['what', 'n', 'at n', 'at 10 n', 'at 100 n', 'p99 at 100 n', 'exponent', 'bytes at 100 n', 'of bytes'],
    curves.map(({ name, unit, points, exponent, lastExponent, bytesExponent }) => [
      name,
      `${points[0]?.n} ${unit}`,
      ...points.map(({ us }) => `${formatUs(us.median)} [${formatUs(us.low)}, ${formatUs(us.high)}]`),
      formatUs(points.at(-1)?.p99Us ?? 0),
      `${exponent.toFixed(2)} (${lastExponent.toFixed(2)})`,
      formatBytes(points.at(-1)?.bytes ?? 0),
      bytesExponent.toFixed(2),
    ]),
  );
}
