/** Estimators of a policy's value from another policy's log, each with the influence of every decision on it. */
import type { LoggedDecision, TargetProbabilities } from './logged-decision.ts';
import { importanceWeights } from './overlap.ts';

/**
 * - `direct`: mean of what the predictions say about the target policy; as biased as they are.
 * - `ips`: mean of weight x outcome (Horvitz & Thompson 1952).
 * - `snips`: the same over the sum of the weights (Swaminathan & Joachims 2015, "The Self-Normalized Estimator for
 *   Counterfactual Learning"); adding a constant to all outcomes adds it to the estimate, at any weights.
 * - `doubly-robust`: `direct` plus the mean of weight x (outcome - prediction); unbiased where either the propensities or
 *   the predictions are right (Dudik, Langford & Li 2011, "Doubly Robust Policy Evaluation and Learning").
 */
export type ValueEstimator = 'direct' | 'ips' | 'snips' | 'doubly-robust';

export interface ValueEstimate {
  readonly value: number;
  /** By decision; sums to 0. The estimate's deviation from the truth is, to first order, the mean of such terms. */
  readonly influence: Float64Array;
}

/**
 * Assumes a log that `requireLog` has passed, with at least one decision; `snips` needs one with a positive weight.
 *
 * @param clip the most that a weight may be; Infinity leaves `ips`, `snips` and `doubly-robust` without bias of their own
 */
export function estimateTarget(
  log: readonly LoggedDecision[],
  target: TargetProbabilities,
  { estimator, clip }: { readonly estimator: ValueEstimator; readonly clip: number },
): ValueEstimate {
  const weights = importanceWeights(log, target).map((weight) => Math.min(weight, clip));
  if (estimator === 'snips') {
    const total = sumOf(weights);
    const value = log.reduce((sum, { outcome }, index) => sum + (weights[index] as number) * outcome, 0) / total;
    const meanWeight = total / log.length;
    return { value, influence: Float64Array.from(log, ({ outcome }, index) => ((weights[index] as number) * (outcome - value)) / meanWeight) };
  }
  const scores = Float64Array.from(log, (decision, index) => {
    const weight = weights[index] as number;
    switch (estimator) {
      case 'direct':
        return predictedValue(decision, target[index] as readonly number[]);
      case 'ips':
        return weight * decision.outcome;
      case 'doubly-robust': {
        const surprise = decision.outcome - (decision.predictions[decision.arm] as number);
        return predictedValue(decision, target[index] as readonly number[]) + weight * surprise;
      }
      default:
        return estimator satisfies never;
    }
  });
  const value = sumOf(scores) / log.length;
  return { value, influence: scores.map((score) => score - value) };
}

function predictedValue({ predictions }: LoggedDecision, probabilities: readonly number[]): number {
  return predictions.reduce((sum, prediction, arm) => sum + (probabilities[arm] as number) * prediction, 0);
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
