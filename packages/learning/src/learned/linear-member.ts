/** Predicts with one linear model of all arms, in which arms share what their strategy and models have in common. */
import type { ArmMatrix, MemberFit, OutcomeDataset } from '../models/outcome-dataset.ts';
import type { ArmFeatures } from './arm-features.ts';
import { addObservations, addStatistics, emptyStatistics, posteriorWeights, subtractStatistics } from './linear-posterior.ts';

const folds = 5;

/** What weights of 0 mean. */
const typicalQuality = 0.7;

export interface LinearModel {
  /** Requests x arms: expected quality, each request predicted without its own outcomes. */
  readonly leftOut: ArmMatrix;
  /** Expected quality of an arm on a new request, given the request's linear features. */
  expected(arm: number, linear: Float64Array): number;
}

/**
 * Hierarchical Bayesian linear regression (Lindley and Smith 1972): the cold start, since an arm without outcomes is predicted
 * from its relatives. Arms and requests are fitted together, so that an arm which was tried where it is good is not taken to be
 * good everywhere. `leftOut` is cross-fitted in five folds of requests.
 */
export function linearModel(dataset: OutcomeDataset, { linear, features }: { readonly linear: readonly Float64Array[]; readonly features: ArmFeatures }): LinearModel {
  const { requests, arms, offsets, arm, value, weight } = dataset;
  const parts = Array.from({ length: folds }, (_, fold) => {
    const observations = [];
    for (let request = fold; request < requests; request += folds) {
      for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
        const which = arm[cell] as number;
        observations.push({
          features: features.of(which, linear[request] as Float64Array),
          target: (value[cell] as number) - typicalQuality,
          weight: weight[cell] as number,
        });
      }
    }
    return addObservations(emptyStatistics(features.dimension), observations);
  });
  const all = parts.reduce(addStatistics);
  const weights = posteriorWeights(all, features.priorVariance);
  const leftOut = new Float64Array(requests * arms);
  parts.forEach((part, fold) => {
    const without = posteriorWeights(subtractStatistics(all, part), features.priorVariance);
    for (let request = fold; request < requests; request += folds) {
      for (let which = 0; which < arms; which++) leftOut[request * arms + which] = typicalQuality + features.dot(which, linear[request] as Float64Array, without);
    }
  });
  return { leftOut, expected: (which, request) => typicalQuality + features.dot(which, request, weights) };
}

/** The model as a member of the stack: how its predictions differ from each arm's mean. */
export function linearMember({ leftOut, expected }: LinearModel, means: Float64Array): MemberFit {
  const arms = means.length;
  return {
    name: 'linear',
    leftOut: leftOut.map((value, at) => value - (means[at % arms] as number)),
    addTo: (into, request, scale) => {
      for (let which = 0; which < arms; which++) into[which] = (into[which] as number) + scale * (expected(which, request.linear) - (means[which] as number));
    },
  };
}
