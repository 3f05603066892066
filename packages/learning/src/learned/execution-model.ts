/** Predicts what an execution takes: cost in US dollars or latency in milliseconds, by arm. */
import type { ArmMatrix } from '../models/outcome-dataset.ts';
import type { ArmFeatures, ArmProducts } from './arm-features.ts';
import { type ArmMoments, addOutcome, combineMoments, emptyArmMoments, spreadMoments } from './arm-moments.ts';
import { slot } from './evidence.ts';
import type { EvidenceDataset } from './evidence-dataset.ts';
import { posteriorWeights } from './linear-posterior.ts';

export interface ExecutionModel {
  /** Writes the expected value of each arm on a request, given the request's linear features, into `into`, as `ArmProducts`. */
  readonly expected: ArmProducts;
  /** Standard deviation of the logarithm of a single execution around its prediction. */
  readonly logDeviation: number;
  /** Requests x arms: expected values, each request predicted without its own executions. Worked out when asked for. */
  leftOut(): ArmMatrix;
}

const folds = 5;

export const executionMeasures = {
  cost: { count: slot.costs, log: slot.logCost, sum: slot.cost, unit: 1e-3 },
  latency: { count: slot.latencies, log: slot.logLatency, sum: slot.latency, unit: 5000 },
} as const;

/** How many executions the prior's spread counts as. */
const priorCount = 10;
const priorVariance = 0.3;

/**
 * Linear in the logarithm, arms sharing with their strategy and models; back on the scale of the outcomes by the ratio of sums
 * (smearing: Duan 1983), since the exponential of a mean logarithm is less than the mean. null where nothing is known.
 */
export function executionModel(
  { cells, entries }: Pick<EvidenceDataset, 'cells' | 'entries'>,
  measure: keyof typeof executionMeasures,
  { linear, features }: { readonly linear: readonly Float64Array[]; readonly features: ArmFeatures },
): ExecutionModel | null {
  const { count, log, sum, unit } = executionMeasures[measure];
  const addRequest = (moments: ArmMoments, request: number): void => {
    for (const { arm, sums } of cells[request] as (typeof cells)[number]) {
      const times = sums[count] as number;
      if (times > 0) addOutcome(moments, { arm, linear: linear[request] as Float64Array }, { target: (sums[log] as number) / times, weight: times });
    }
  };
  const moments = emptyArmMoments(features.arms);
  for (let request = 0; request < cells.length; request++) addRequest(moments, request);
  if (entries.length === 0 || moments.count === 0) return null;
  const weights = posteriorWeights(spreadMoments(moments, features), features.priorVariance);
  let foretold = 0;
  let actual = 0;
  let squares = priorCount * priorVariance;
  let total = priorCount;
  cells.forEach((own, request) => {
    for (const { arm, sums } of own) {
      const times = sums[count] as number;
      if (!(times > 0)) continue;
      const predicted = features.dot(arm, linear[request] as Float64Array, weights);
      foretold += times * unit * Math.exp(predicted);
      actual += sums[sum] as number;
      squares += times * ((sums[log] as number) / times - predicted) ** 2;
      total += times;
    }
  });
  const smearing = foretold > 0 && actual > 0 ? actual / foretold : 1;
  const expectedWith = (weightsOfFit: Float64Array): ArmProducts => {
    const products = features.products(weightsOfFit);
    const scale = smearing * unit;
    return (request, into) => {
      products(request, into);
      for (let arm = 0; arm < into.length; arm++) into[arm] = scale * Math.exp(into[arm] as number);
    };
  };
  return {
    expected: expectedWith(weights),
    logDeviation: Math.sqrt(squares / total),
    leftOut: () => {
      const arms = features.arms;
      const expected = new Float64Array(cells.length * arms);
      for (let fold = 0; fold < folds; fold++) {
        const own = emptyArmMoments(arms);
        for (let request = fold; request < cells.length; request += folds) addRequest(own, request);
        const without = expectedWith(posteriorWeights(spreadMoments(combineMoments(moments, own, -1), features), features.priorVariance));
        for (let request = fold; request < cells.length; request += folds)
          without(linear[request] as Float64Array, expected.subarray(request * arms, (request + 1) * arms));
      }
      return expected;
    },
  };
}
