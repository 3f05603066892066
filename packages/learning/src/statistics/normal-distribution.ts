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

/** Coefficients of a rational function, constant terms first; below, the published ones rounded to doubles. */
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
  numerator: [220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383, 6.37396220353165, 0.700383064443688, 3.52624965998911e-2],
  denominator: [
    440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674, 86.7807322029461, 16.064177579207, 1.75566716318264, 8.83883476483184e-2,
  ],
};

const CENTRE: Rational = {
  numerator: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  denominator: [1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854],
};

const NEAR_TAIL: Rational = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184,
    0.0007745450142783414,
  ],
  denominator: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 0.0005475938084995345, 1.0507500716444169e-9,
  ],
};

const FAR_TAIL: Rational = {
  numerator: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5,
    2.0103343992922881e-7,
  ],
  denominator: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15,
  ],
};
