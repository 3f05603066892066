/** Lists the bins that the rows of a node fall into, in order, without looking at all 256 for a handful of rows. */

import type { NodeCodes } from './criterion.ts';

export interface OccupiedBins {
  /** Counts the rows in each bin and lists the bins that have any; returns how many those are. */
  list(node: NodeCodes): number;
  /** The bins of the last list, ascending. */
  readonly bins: Uint8Array;
  /** The rows of each of the 256 bins; whoever has read them sets those that were listed back to zero. */
  readonly rows: Int32Array;
}

export function occupiedBins(): OccupiedBins {
  const bins = new Uint8Array(256);
  const rows = new Int32Array(256);
  const words = new Int32Array(8);
  const list = ({ codes, size, low, high }: NodeCodes): number => {
    let listed = 0;
    if (size > (high - low) >>> 1) {
      for (let position = 0; position < size; position++) {
        const bin = codes[position] as number;
        rows[bin] = (rows[bin] as number) + 1;
      }
      // Written at each step, moved on where there are rows, which no branch could foresee.
      for (let bin = low; bin <= high; bin++) {
        bins[listed] = bin;
        listed += -(rows[bin] as number) >>> 31;
      }
      return listed;
    }
    // One bit a bin.
    for (let position = 0; position < size; position++) {
      const bin = codes[position] as number;
      rows[bin] = (rows[bin] as number) + 1;
      words[bin >>> 5] = (words[bin >>> 5] as number) | (1 << (bin & 31));
    }
    for (let word = low >>> 5; word <= high >>> 5; word++) {
      let bits = words[word] as number;
      words[word] = 0;
      while (bits !== 0) {
        bins[listed++] = word * 32 + 31 - Math.clz32(bits & -bits);
        bits &= bits - 1;
      }
    }
    return listed;
  };
  return {
    list,
    bins,
    rows,
  };
}

/** Where to cut between two bins with nothing between them: in the middle, so that new values go to the nearer side. */
export function cutBetween(bin: number, next: number): number {
  return (bin + next - 1) >>> 1;
}
