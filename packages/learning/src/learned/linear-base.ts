/** What the members of the stack start from: one linear model of all arms, in which arms share what their strategy and models have in common. */
import type { ArmMatrix, OutcomeDataset } from '../models/outcome-dataset.ts';
import type { ArmFeatures, ArmProducts } from './arm-features.ts';
import { addOutcome, combineMoments, emptyArmMoments, spreadMoments } from './arm-moments.ts';
import { type LinearStatistics, posteriorWeights } from './linear-posterior.ts';

const folds = 5;

/** How freely arms may differ in their response to a request, of what `armFeatures` allows; of equal errors the first. Finer steps gained nothing (docs/learning.md). */
const differenceShares = [1, 0.1] as const;

/** What weights of 0 mean. */
const typicalQuality = 0.7;

export interface LinearBase {
  /** Requests x arms: expected quality, each request predicted without its own outcomes. */
  readonly leftOut: ArmMatrix;
  /** Writes the expected quality of each arm on a new request, given the request's linear features, into `into`, as `ArmProducts`. */
  readonly expected: ArmProducts;
}

/**
 * Hierarchical Bayesian linear regression (Lindley and Smith 1972): the cold start, since an arm without outcomes is predicted
 * from its relatives. Arms and requests are fitted together, so that an arm which was tried where it is good is not taken to be
 * good everywhere. `leftOut` is cross-fitted in five folds of requests. How far arms' responses to requests are shrunk towards each other is
 * what foretells left-out requests best (Stone 1974): a few dozen requests would otherwise show differences that are not there.
 */
export function linearBase(
  dataset: OutcomeDataset,
  { linear, features }: { readonly linear: readonly Float64Array[]; readonly features: ArmFeatures },
): LinearBase {
  const { requests, arms, offsets, arm, value, weight } = dataset;
  const parts = Array.from({ length: folds }, (_, fold) => {
    const moments = emptyArmMoments(arms);
    for (let request = fold; request < requests; request += folds) {
      for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
        addOutcome(
          moments,
          { arm: arm[cell] as number, linear: linear[request] as Float64Array },
          { target: (value[cell] as number) - typicalQuality, weight: weight[cell] as number },
        );
      }
    }
    return moments;
  });
  const all = parts.reduce((a, b) => combineMoments(a, b, 1));
  const productsWith = (statistics: LinearStatistics, prior: Float64Array): ArmProducts => {
    const products = features.products(posteriorWeights(statistics, prior));
    return (request, into) => {
      products(request, into);
      for (let which = 0; which < into.length; which++) into[which] = typicalQuality + (into[which] as number);
    };
  };
  const others = parts.map((part) => spreadMoments(combineMoments(all, part, -1), features));
  const predictLeftOut = (prior: Float64Array): ArmMatrix => {
    const leftOut = new Float64Array(requests * arms);
    others.forEach((other, fold) => {
      const without = productsWith(other, prior);
      for (let request = fold; request < requests; request += folds)
        without(linear[request] as Float64Array, leftOut.subarray(request * arms, (request + 1) * arms));
    });
    return leftOut;
  };
  const chosen = differenceShares
    .map((share) => {
      const prior = features.priorOfDifferences(share);
      const leftOut = predictLeftOut(prior);
      return { prior, leftOut, error: squaredError(dataset, leftOut) };
    })
    .reduce((best, fit) => (fit.error < best.error ? fit : best));
  return { leftOut: chosen.leftOut, expected: productsWith(spreadMoments(all, features), chosen.prior) };
}

/** Weighted, over all outcomes. */
function squaredError({ requests, arms, offsets, arm, value, weight }: OutcomeDataset, predicted: ArmMatrix): number {
  let error = 0;
  for (let request = 0; request < requests; request++) {
    for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++)
      error += (weight[cell] as number) * ((value[cell] as number) - (predicted[request * arms + (arm[cell] as number)] as number)) ** 2;
  }
  return error;
}

/**
 * The same expectation of each arm on every request: what the linear model expects of it on the mean of requests, which count
 * by their decisions. The mean of an arm's own outcomes would not do: it was tried where it was thought to be good.
 */
export function marginalBase({ leftOut }: LinearBase, decisions: Float64Array): LinearBase {
  const requests = decisions.length;
  const arms = requests === 0 ? 0 : leftOut.length / requests;
  const means = new Float64Array(arms);
  const total = decisions.reduce((sum, count) => sum + count, 0);
  decisions.forEach((count, request) => {
    for (let arm = 0; arm < arms; arm++)
      means[arm] = (means[arm] as number) + (total > 0 ? (count / total) * (leftOut[request * arms + arm] as number) : typicalQuality / requests);
  });
  return {
    leftOut: Float64Array.from({ length: requests * arms }, (_, at) => means[at % arms] as number),
    expected: (_linear, into) => (arms === 0 ? into.fill(typicalQuality) : into.set(means)),
  };
}
