/** Orders the few rows of a small node by their codes: less work than a histogram of 256 bins. */
import type { NodeCodes } from './criterion.ts';

/** Up to so many rows, sorting by insertion is faster. */
export const fewRows = 16;

export interface SortedPositions {
  /** Ascending: code * 256 + position. */
  readonly keys: Int32Array;
  /** Of a node of at most `fewRows` rows. */
  sort(node: NodeCodes): void;
}

export function sortedPositions(): SortedPositions {
  const keys = new Int32Array(fewRows);
  return {
    keys,
    sort: ({ codes, size }) => {
      for (let position = 0; position < size; position++) {
        const key = ((codes[position] as number) << 8) | position;
        let to = position;
        while (to > 0 && (keys[to - 1] as number) > key) {
          keys[to] = keys[to - 1] as number;
          to--;
        }
        keys[to] = key;
      }
    },
  };
}
