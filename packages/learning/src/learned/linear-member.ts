/** Predicts with one linear model of all arms, in which arms share what their strategy and models have in common. */
import type { MemberFit, OutcomeDataset } from '../models/outcome-dataset.ts';
import type { ArmFeatures } from './arm-features.ts';
import { addObservations, emptyStatistics, type LinearStatistics, posteriorWeights } from './linear-posterior.ts';

const folds = 5;

/**
 * Hierarchical Bayesian linear regression (Lindley and Smith 1972): the cold start, since an arm without outcomes is predicted
 * from its relatives. `leftOut` is cross-fitted in five folds of requests.
 */
export function linearMember(dataset: OutcomeDataset, { means, linear, features }: { readonly means: Float64Array; readonly linear: readonly Float64Array[]; readonly features: ArmFeatures }): MemberFit {
  const { requests, arms, offsets, arm, value, weight } = dataset;
  const parts = Array.from({ length: folds }, (_, fold) => {
    const observations = [];
    for (let request = fold; request < requests; request += folds) {
      for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
        const which = arm[cell] as number;
        observations.push({
          features: features.of(which, linear[request] as Float64Array),
          target: (value[cell] as number) - (means[which] as number),
          weight: weight[cell] as number,
        });
      }
    }
    return addObservations(emptyStatistics(features.dimension), observations);
  });
  const all = parts.reduce(sumOf);
  const weights = posteriorWeights(all, features.priorVariance);
  const leftOut = new Float64Array(requests * arms);
  parts.forEach((part, fold) => {
    const without = posteriorWeights(differenceOf(all, part), features.priorVariance);
    for (let request = fold; request < requests; request += folds) {
      for (let which = 0; which < arms; which++) leftOut[request * arms + which] = features.dot(which, linear[request] as Float64Array, without);
    }
  });
  return {
    name: 'linear',
    leftOut,
    addTo: (into, request, scale) => {
      for (let which = 0; which < arms; which++) into[which] = (into[which] as number) + scale * features.dot(which, request.linear, weights);
    },
  };
}

function sumOf(a: LinearStatistics, b: LinearStatistics): LinearStatistics {
  return combine(a, b, 1);
}

function differenceOf(a: LinearStatistics, b: LinearStatistics): LinearStatistics {
  return combine(a, b, -1);
}

function combine(a: LinearStatistics, b: LinearStatistics, sign: number): LinearStatistics {
  return {
    outer: a.outer.map((value, index) => value + sign * (b.outer[index] as number)),
    cross: a.cross.map((value, index) => value + sign * (b.cross[index] as number)),
    squares: a.squares + sign * b.squares,
    count: a.count + sign * b.count,
  };
}
