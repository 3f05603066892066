/** The beta distribution: mean, standard deviation and seeded draws. */
import type { Random } from '@ratchet/core';

/** Both above 0. */
export interface BetaParameters {
  readonly alpha: number;
  readonly beta: number;
}

export function betaMean({ alpha, beta }: BetaParameters): number {
  return alpha / (alpha + beta);
}

export function betaSd({ alpha, beta }: BetaParameters): number {
  const total = alpha + beta;
  return Math.sqrt(((alpha / total) * (beta / total)) / (total + 1));
}

/**
 * A draw in [0, 1], the same for the same source: give each decision and arm a child of their own. X / (X + Y) of two gamma
 * variables, by their logarithms, since for small parameters both may be too small to tell from 0.
 */
export function drawBeta({ alpha, beta }: BetaParameters, random: Random): number {
  const logX = drawLogGamma(alpha, random.stream('alpha'));
  const logY = drawLogGamma(beta, random.stream('beta'));
  return 1 / (1 + Math.exp(logY - logX));
}

/**
 * The logarithm of a gamma variable of scale 1. Marsaglia & Tsang (2000), "A Simple Method for Generating Gamma
 * Variables", ACM Transactions on Mathematical Software 26(3); shapes below 1 by their section 6.
 */
function drawLogGamma(shape: number, uniform: () => number): number {
  if (shape < 1) return drawLogGamma(shape + 1, uniform) + Math.log(1 - uniform()) / shape;
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
    const root = 1 + c * normal;
    if (root <= 0) continue;
    const v = root ** 3;
    if (Math.log(1 - uniform()) < (normal * normal) / 2 + d - d * v + d * Math.log(v)) return Math.log(d) + Math.log(v);
  }
}
