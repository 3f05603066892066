/** What the members of the stack start from: one linear model of all arms, in which arms share what their strategy and models have in common. */
import type { ArmMatrix, OutcomeDataset } from '../models/outcome-dataset.ts';
import type { ArmFeatures, ArmProducts } from './arm-features.ts';
import { type ArmMoments, addOutcome, combineMoments, emptyArmMoments, spreadMoments } from './arm-moments.ts';
import { posteriorWeights } from './linear-posterior.ts';

const folds = 5;

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
 * good everywhere. `leftOut` is cross-fitted in five folds of requests.
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
  const productsWith = (moments: ArmMoments): ArmProducts => {
    const products = features.products(posteriorWeights(spreadMoments(moments, features), features.priorVariance));
    return (request, into) => {
      products(request, into);
      for (let which = 0; which < into.length; which++) into[which] = typicalQuality + (into[which] as number);
    };
  };
  const leftOut = new Float64Array(requests * arms);
  parts.forEach((part, fold) => {
    const without = productsWith(combineMoments(all, part, -1));
    for (let request = fold; request < requests; request += folds)
      without(linear[request] as Float64Array, leftOut.subarray(request * arms, (request + 1) * arms));
  });
  return { leftOut, expected: productsWith(all) };
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
