/** Predicts what an execution takes: cost in US dollars or latency in milliseconds, by arm. */
import type { ArmFeatures } from './arm-features.ts';
import type { EvidenceDataset } from './evidence-dataset.ts';
import { slot } from './evidence.ts';
import { addObservations, emptyStatistics, type Observation, posteriorWeights } from './linear-posterior.ts';

export interface ExecutionModel {
  /** Expected value of an arm on a request, given the request's linear features. */
  expected(arm: number, linear: Float64Array): number;
  /** Standard deviation of the logarithm of a single execution around its prediction. */
  readonly logDeviation: number;
}

const measures = {
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
export function executionModel({ cells, entries }: Pick<EvidenceDataset, 'cells' | 'entries'>, measure: keyof typeof measures, { linear, features }: { readonly linear: readonly Float64Array[]; readonly features: ArmFeatures }): ExecutionModel | null {
  const { count, log, sum, unit } = measures[measure];
  const observations: Observation[] = [];
  cells.forEach((own, request) => {
    for (const { arm, sums } of own) {
      const times = sums[count] as number;
      if (times > 0) observations.push({ features: features.of(arm, linear[request] as Float64Array), target: (sums[log] as number) / times, weight: times });
    }
  });
  if (entries.length === 0 || observations.length === 0) return null;
  const weights = posteriorWeights(addObservations(emptyStatistics(features.dimension), observations), features.priorVariance);
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
  return {
    expected: (arm, request) => smearing * unit * Math.exp(features.dot(arm, request, weights)),
    logDeviation: Math.sqrt(squares / total),
  };
}
