/** Quantiles of Student's t distribution, for means of few observations. */
import { normalQuantile } from './normal-distribution.ts';

/**
 * The t with P(T <= t) = probability, by the expansion around the normal quantile of Abramowitz & Stegun (1964), "Handbook
 * of Mathematical Functions", 26.7.5. Relative error below 2% where the tail is at least 2^-(degrees + 1), which is as far
 * as the signs of degrees + 1 observations can speak; it grows beyond.
 *
 * @param probability in (0, 1)
 * @param degrees degrees of freedom, at least 1
 * @throws RangeError for an argument outside its range
 */
export function studentTQuantile(probability: number, degrees: number): number {
  if (!(probability > 0 && probability < 1)) throw new RangeError(`studentTQuantile: the probability is ${probability}, not in (0, 1)`);
  if (!(degrees >= 1)) throw new RangeError(`studentTQuantile: ${degrees} degrees of freedom; at least 1 is needed`);
  const z = normalQuantile(probability);
  const terms = [
    z,
    (z ** 3 + z) / 4,
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96,
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384,
    (79 * z ** 9 + 776 * z ** 7 + 1482 * z ** 5 - 1920 * z ** 3 - 945 * z) / 92160,
  ];
  return terms.reduce((sum, term, power) => sum + term / degrees ** power, 0);
}
