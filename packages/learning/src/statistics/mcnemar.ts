/** Tests whether a change won as many paired pass/fail outcomes as it lost (exact McNemar test). */
import { requireFinite } from './statistics-error.ts';

const RESCALE_BITS = 512;

/**
 * Two-sided exact p-value: under no effect, each pair whose outcomes differ is a fair coin, so
 * p = min(1, 2 * P(X <= min(gained, lost))) with X ~ Binomial(gained + lost, 1/2). Pairs with equal
 * outcomes carry no information and are not passed. McNemar (1947), Psychometrika 12(2); the exact form
 * is the sign test, see Agresti (2002), "Categorical Data Analysis", chapter 10. Assumes independent pairs: several
 * trials of one task are not, see `pairedClusteredDifference`.
 *
 * The binomial coefficients are summed with a binary exponent of their own, which keeps what a sum of
 * logarithms would (no overflow) without its rounding: small counts are exact and the relative error for
 * a million pairs is below 1e-9. A p-value under 5e-324 comes out as 0. Time grows with min(gained, lost).
 *
 * @param gained pairs that failed before and pass now, a whole number from 0
 * @param lost pairs that passed before and fail now, a whole number from 0
 * @returns in [0, 1]; 1 when both counts are equal, 0 and 0 among them
 * @throws StatisticsError `not-finite`
 * @throws RangeError for a count that is negative or not whole
 */
export function exactMcNemar(gained: number, lost: number): number {
  const fewer = Math.min(requireCount(gained, 'gained'), requireCount(lost, 'lost'));
  if (gained === lost) return 1;
  const pairs = gained + lost;

  let coefficient = 1;
  let sum = 1;
  let exponent = 0;
  for (let chosen = 1; chosen <= fewer; chosen += 1) {
    // Multiplying first keeps coefficients under 2^53 exact, because each division then has no remainder.
    coefficient = (coefficient * (pairs - chosen + 1)) / chosen;
    sum += coefficient;
    if (sum > 2 ** RESCALE_BITS) {
      coefficient *= 2 ** -RESCALE_BITS;
      sum *= 2 ** -RESCALE_BITS;
      exponent += RESCALE_BITS;
    }
  }
  return Math.min(1, timesPowerOfTwo(sum, exponent + 1 - pairs));
}

/** value * 2^exponent, for exponents whose power alone would underflow. */
function timesPowerOfTwo(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}

function requireCount(count: number, what: string): number {
  requireFinite(count, what);
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new RangeError(`exactMcNemar: ${what} is ${count}, not a whole number from 0`);
  }
  return count;
}
