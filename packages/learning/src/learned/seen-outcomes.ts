/** Remembers which parts of outcomes were folded, by sorted hashes; what was folded long ago is forgotten. */

/** Ascending, in two generations: a part is in at most one of them. */
export interface SeenOutcomes {
  readonly recent: Float64Array;
  readonly older: Float64Array;
}

export const nothingSeen: SeenOutcomes = { recent: new Float64Array(), older: new Float64Array() };

/** With as many, the recent ones become the older ones, which are forgotten: the outcome log answers for older duplicates. */
const mostRecent = 1 << 20;

export function wasSeen({ recent, older }: SeenOutcomes, hash: number): boolean {
  return holds(recent, hash) || holds(older, hash);
}

/** `fresh` were not seen before. O(seen), by copying alone. */
export function withSeen({ recent, older }: SeenOutcomes, fresh: ReadonlySet<number>): SeenOutcomes {
  if (fresh.size === 0) return { recent, older };
  const merged = merge(recent, Float64Array.from(fresh).sort());
  return merged.length < mostRecent ? { recent: merged, older } : { recent: nothingSeen.recent, older: merged };
}

function merge(a: Float64Array, b: Float64Array): Float64Array {
  const merged = new Float64Array(a.length + b.length);
  let from = 0;
  b.forEach((value, index) => {
    const to = placeOf(a, value);
    merged.set(a.subarray(from, to), from + index);
    merged[to + index] = value;
    from = to;
  });
  merged.set(a.subarray(from), from + b.length);
  return merged;
}

function holds(ascending: Float64Array, value: number): boolean {
  return ascending[placeOf(ascending, value)] === value;
}

/** The number of values below it. */
function placeOf(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
