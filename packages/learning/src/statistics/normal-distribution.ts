/** The standard normal distribution: its cumulative probability and the inverse of that. */
import { StatisticsError } from './statistics-error.ts';

/**
 * P(Z <= z) for a standard normal Z. Hart (1968) algorithm 5666 with a continued fraction in the far
 * tail, as given by West (2005), "Better Approximations to Cumulative Normal Functions", Wilmott Magazine.
 * Absolute error below 1e-15; the relative error of the lower tail stays below 1e-8 down to z = -37, under
 * which it returns 0. Measured against the C library's erfc.
 *
 * @param z any number; an infinity gives 0 or 1
 * @returns in [0, 1]
 * @throws StatisticsError `not-finite` for NaN, such as a difference of 0 over a standard error of 0
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw new StatisticsError('not-finite', 'normalCdf: z is NaN; check for a standard error of 0');
  const tail = upperTail(Math.abs(z));
  return z > 0 ? 1 - tail : tail;
}

/**
 * The z with P(Z <= z) = probability. Algorithm AS 241 (PPND16) of Wichura (1988), "The Percentage Points
 * of the Normal Distribution", Applied Statistics 37(3). Relative error about 1e-15.
 *
 * @param probability in [0, 1]; 0 gives -Infinity and 1 gives Infinity
 * @throws RangeError for a probability outside [0, 1], NaN among them
 */
export function normalQuantile(probability: number): number {
  if (!(probability >= 0 && probability <= 1)) {
    throw new RangeError(`normalQuantile: the probability is ${probability}, not in [0, 1]`);
  }
  const offset = probability - 0.5;
  if (Math.abs(offset) <= 0.425) {
    return offset * ratio(CENTRE, 0.180625 - offset * offset);
  }
  const tail = Math.min(probability, 1 - probability);
  if (tail === 0) return offset < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-Math.log(tail));
  const magnitude = r <= 5 ? ratio(NEAR_TAIL, r - 1.6) : ratio(FAR_TAIL, r - 5);
  return offset < 0 ? -magnitude : magnitude;
}

function upperTail(z: number): number {
  if (z > 37) return 0;
  const density = Math.exp((-z * z) / 2);
  if (z < 7.07106781186547) return density * ratio(HART_5666, z);
  const fraction = z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))));
  return density / fraction / Math.sqrt(2 * Math.PI);
}

/** Coefficients of a rational function, constant terms first. */
interface Rational {
  readonly numerator: readonly number[];
  readonly denominator: readonly number[];
}

function ratio({ numerator, denominator }: Rational, x: number): number {
  return horner(numerator, x) / horner(denominator, x);
}

function horner(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

const HART_5666: Rational = {
  numerator: [
    220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383, 6.37396220353165, 0.700383064443688,
    3.52624965998911e-2,
  ],
  denominator: [
    440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674, 86.7807322029461, 16.064177579207,
    1.75566716318264, 8.83883476483184e-2,
  ],
};

const CENTRE: Rational = {
  numerator: [
    3.387132872796366608, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
    4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
  ],
  denominator: [
    1, 4.2313330701600911252e1, 6.871870074920579083e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
    3.930789580009271061e4, 2.8729085735721942674e4, 5.226495278852854561e3,
  ],
};

const NEAR_TAIL: Rational = {
  numerator: [
    1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504,
    1.27045825245236838258, 2.4178072517745061177e-1, 2.27238449892691845833e-2, 7.7454501427834140764e-4,
  ],
  denominator: [
    1, 2.05319162663775882187, 1.6763848301838038494, 6.8976733498510000455e-1, 1.4810397642748007459e-1,
    1.51986665636164571966e-2, 5.475938084995344946e-4, 1.05075007164441684324e-9,
  ],
};

const FAR_TAIL: Rational = {
  numerator: [
    6.6579046435011037772, 5.4637849111641143699, 1.7848265399172913358, 2.9656057182850489123e-1,
    2.6532189526576123093e-2, 1.2426609473880784386e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
  ],
  denominator: [
    1, 5.9983220655588793769e-1, 1.3692988092273580531e-1, 1.48753612908506148525e-2, 7.868691311456132591e-4,
    1.8463183175100546818e-5, 1.4215117583164458887e-7, 2.04426310338993978564e-15,
  ],
};
