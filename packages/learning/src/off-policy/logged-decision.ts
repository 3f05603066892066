/** What off-policy evaluation reads: logged decisions with their propensities, and what another policy would have done. */
import { requireFinite } from '../statistics/statistics-error.ts';

export interface LoggedDecision {
  /** The request or task: decisions that share it are not independent of each other. */
  readonly cluster: string;
  /** Position of the arm that was executed. */
  readonly arm: number;
  /** Probability with which each arm, by position, would have been executed; the whole vector, because only that shows what was never possible. */
  readonly propensities: readonly number[];
  /** What came of it: any unit, such as utility or quality. */
  readonly outcome: number;
  /** Predicted outcome of each arm, by position, from a model that has not seen this cluster (see `crossFittingFold`). */
  readonly predictions: readonly number[];
}

/** By logged decision, then by arm: the probability with which the policy to be judged would execute it. */
export type TargetProbabilities = readonly (readonly number[])[];

const roundingOfSums = 1e-6;

/**
 * @throws StatisticsError `not-finite` for an outcome, prediction or probability that is not
 * @throws RangeError for vectors of different lengths, probabilities that are negative or do not sum to 1, and an executed
 *   arm that was logged as impossible
 */
export function requireLog(log: readonly LoggedDecision[], target: TargetProbabilities): void {
  if (target.length !== log.length) throw new RangeError(`${target.length} target distributions for ${log.length} logged decisions; give one for each`);
  log.forEach(({ arm, propensities, outcome, predictions }, index) => {
    const probabilities = target[index] as readonly number[];
    const where = `decision ${index}`;
    if (predictions.length !== propensities.length || probabilities.length !== propensities.length) {
      throw new RangeError(
        `${where} has ${propensities.length} propensities, ${predictions.length} predictions and ${probabilities.length} target probabilities`,
      );
    }
    requireFinite(outcome, `the outcome of ${where}`);
    for (const prediction of predictions) requireFinite(prediction, `a prediction of ${where}`);
    requireDistribution(propensities, `the propensities of ${where}`);
    requireDistribution(probabilities, `the target probabilities of ${where}`);
    if (!((propensities[arm] ?? 0) > 0)) throw new RangeError(`${where} executed arm ${arm}, whose logged propensity is ${propensities[arm]}`);
  });
}

function requireDistribution(probabilities: readonly number[], what: string): void {
  let sum = 0;
  for (const probability of probabilities) {
    if (requireFinite(probability, `one of ${what}`) < 0) throw new RangeError(`one of ${what} is ${probability}, below 0`);
    sum += probability;
  }
  if (Math.abs(sum - 1) > roundingOfSums) throw new RangeError(`${what} sum to ${sum}, not to 1`);
}
