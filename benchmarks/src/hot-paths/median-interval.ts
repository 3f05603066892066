/** A median and where it lies, whatever the times are distributed like. */

export interface MedianInterval {
  readonly median: number;
  /** At least 95% by the binomial distribution of ranks; the extremes where there are fewer than six values. */
  readonly low: number;
  readonly high: number;
}

/**
 * Order statistics around the median (Conover 1999, "Practical Nonparametric Statistics", section 3.2), with the
 * normal approximation to the binomial ranks. Values must be independent: times of one process that drift together
 * make it too narrow.
 * @param values at least one
 */
export function medianInterval(values: readonly number[]): MedianInterval {
  if (values.length === 0) throw new RangeError('medianInterval: no values');
  const ascending = [...values].sort((a, b) => a - b);
  const at = (rank: number): number => ascending[Math.min(ascending.length - 1, Math.max(0, rank))] as number;
  const { length } = ascending;
  const median = (at(Math.floor((length - 1) / 2)) + at(Math.floor(length / 2))) / 2;
  if (length < 6) return { median, low: at(0), high: at(length - 1) };
  const half = (1.959964 * Math.sqrt(length)) / 2;
  return { median, low: at(Math.floor(length / 2 - half)), high: at(Math.ceil(length / 2 + half)) };
}
