/** Draws the rows that a tree is grown on. */
import type { ForestSettings } from './forest-settings.ts';

/**
 * Writes how often each row is in the sample (0: out of bag). Rows that are not `usable` are never in it, and do not count.
 * A subsample has at least one row.
 */
export function sampleRows(counts: Int32Array, usable: Int32Array, sample: { sampling: ForestSettings['sampling']; draw: () => number }): void {
  const { sampling, draw } = sample;
  const rows = usable.length;
  counts.fill(0);
  switch (sampling.kind) {
    case 'none':
      for (let index = 0; index < rows; index++) counts[usable[index] as number] = 1;
      break;
    case 'bootstrap':
      for (let index = 0; index < rows; index++) {
        const row = usable[Math.floor(draw() * rows)] as number;
        counts[row] = (counts[row] as number) + 1;
      }
      break;
    case 'subsample': {
      // Selection sampling (Knuth, TAOCP 3.4.2, algorithm S): each row in turn, with the probability that it is still needed.
      let wanted = Math.min(rows, Math.max(1, Math.round(sampling.share * rows)));
      for (let index = 0; index < rows && wanted > 0; index++) {
        if (draw() * (rows - index) >= wanted) continue;
        counts[usable[index] as number] = 1;
        wanted--;
      }
      break;
    }
    default:
      sampling satisfies never;
  }
}
