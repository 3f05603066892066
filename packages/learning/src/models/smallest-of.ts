/** The smallest of many numbers, in order: by selection (Hoare 1961), which looks at each about twice whatever their order is, and then sorting the few. */

export interface Smallest {
  /** Of each in the list: the smallest first, of equal ones the first of the list. */
  readonly positions: Int32Array;
  readonly values: Float64Array;
}

/**
 * The `size` smallest of `values` without that at `except` (-1: nothing is left out). What is infinite is none of them: where too few are left, the rest
 * are infinities at position 0. Expected O(length + size^2).
 */
export function smallestOf(values: Float64Array, size: number, except: number): Smallest {
  const found = { positions: new Int32Array(size), values: new Float64Array(size).fill(Number.POSITIVE_INFINITY) };
  if (size === 0) return found;
  const limit = size === 1 ? leastOf(values, except) : limitOf(values, size, except);
  let below = 0;
  if (size > 1) for (let index = 0; index < values.length; index++) if ((values[index] as number) < limit && index !== except) below++;
  let equal = Number.isFinite(limit) ? size - below : 0;
  let filled = 0;
  for (let index = 0; index < values.length && filled < size; index++) {
    const value = values[index] as number;
    if (value > limit || index === except || (value === limit && equal-- <= 0)) continue;
    // In the order of the list, so that equal ones stay in it.
    let slot = filled++;
    for (; slot > 0 && (found.values[slot - 1] as number) > value; slot--) {
      found.values[slot] = found.values[slot - 1] as number;
      found.positions[slot] = found.positions[slot - 1] as number;
    }
    found.values[slot] = value;
    found.positions[slot] = index;
  }
  return found;
}

function leastOf(values: Float64Array, except: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < values.length; index++) if ((values[index] as number) < least && index !== except) least = values[index] as number;
  return least;
}

/** The `size`-th smallest; infinity where there are fewer. */
function limitOf(values: Float64Array, size: number, except: number): number {
  if (size > values.length) return Number.POSITIVE_INFINITY;
  const left = values.slice();
  if (except >= 0) left[except] = Number.POSITIVE_INFINITY;
  const target = size - 1;
  let [from, to] = [0, left.length - 1];
  while (from < to) {
    const pivot = middleOf(left[from] as number, left[(from + to) >> 1] as number, left[to] as number);
    let [low, high] = [from, to];
    while (low <= high) {
      while ((left[low] as number) < pivot) low++;
      while ((left[high] as number) > pivot) high--;
      if (low > high) break;
      const value = left[low] as number;
      left[low++] = left[high] as number;
      left[high--] = value;
    }
    if (target <= high) to = high;
    else if (target >= low) from = low;
    else break;
  }
  return left[target] as number;
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
