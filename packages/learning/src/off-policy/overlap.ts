/** How much a log can say about another policy: importance weights, effective sample size and missing support. */
import type { LoggedDecision, TargetProbabilities } from './logged-decision.ts';

export interface Overlap {
  readonly decisions: number;
  readonly clusters: number;
  /** Of the weights before clipping, in [0, decisions]. */
  readonly effectiveSampleSize: number;
  /** Mean probability that the target policy puts on arms that logging could not have executed, in [0, 1]. */
  readonly unsupportedMass: number;
  /** Share of decisions whose weight was clipped, in [0, 1]. */
  readonly clippedShare: number;
}

/** Target probability over logged propensity of the executed arm, by decision; 0 or more. */
export function importanceWeights(log: readonly LoggedDecision[], target: TargetProbabilities): Float64Array {
  return Float64Array.from(log, ({ arm, propensities }, index) => (target[index]?.[arm] as number) / (propensities[arm] as number));
}

/**
 * (sum of weights)^2 / sum of squared weights: as many equally weighted observations would say as much about a mean. Kish
 * (1965), "Survey Sampling", section 11.7. 0 where all weights are.
 */
export function effectiveSampleSize(weights: ArrayLike<number>): number {
  let sum = 0;
  let squares = 0;
  for (let index = 0; index < weights.length; index++) {
    sum += weights[index] as number;
    squares += (weights[index] as number) ** 2;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/** Assumes a log that `requireLog` has passed. */
export function overlapOf(log: readonly LoggedDecision[], target: TargetProbabilities, clip: number): Overlap {
  const weights = importanceWeights(log, target);
  const unsupported = log.map(({ propensities }, index) => {
    const probabilities = target[index] as readonly number[];
    return propensities.reduce((mass, propensity, arm) => (propensity > 0 ? mass : mass + (probabilities[arm] as number)), 0);
  });
  const decisions = log.length;
  return {
    decisions,
    clusters: new Set(log.map(({ cluster }) => cluster)).size,
    effectiveSampleSize: effectiveSampleSize(weights),
    unsupportedMass: decisions === 0 ? 0 : unsupported.reduce((sum, mass) => sum + mass, 0) / decisions,
    clippedShare: decisions === 0 ? 0 : weights.filter((weight) => weight > clip).length / decisions,
  };
}
