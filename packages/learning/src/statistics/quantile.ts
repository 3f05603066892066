/** The quantile of a sorted sample, interpolated linearly between order statistics. */
import { StatisticsError } from './statistics-error.ts';

/**
 * Type 7 of Hyndman & Fan (1996), "Sample Quantiles in Statistical Packages", The American Statistician
 * 50(4): the default of R and NumPy. With n values, it stands at index (n - 1) * probability.
 *
 * @param sorted finite numbers in ascending order (not checked), at least one
 * @param probability in [0, 1]; 0 is the least value, 1 the greatest
 * @throws StatisticsError `empty` without values
 * @throws RangeError for a probability outside [0, 1]
 */
export function quantile(sorted: ArrayLike<number>, probability: number): number {
  if (sorted.length === 0) throw new StatisticsError('empty', 'no values, so no quantile; check for an empty sample');
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`quantile: the probability is ${probability}, not in [0, 1]`);
  }
  const position = (sorted.length - 1) * probability;
  const below = Math.floor(position);
  const lower = sorted[below] as number;
  const upper = sorted[Math.ceil(position)] as number;
  return lower + (upper - lower) * (position - below);
}
