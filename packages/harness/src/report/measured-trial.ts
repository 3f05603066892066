/** A trial with what is computed from it, and the utility of a policy over its trials. */
import type { Arm } from '@ratchet/core';
import { clusteredBootstrap, floorPenalty, groupByCluster, type UtilityPrices, type UtilityScale } from '@ratchet/learning';
import type { TrialRecord } from '../experiment/trial.ts';
import type { Estimate } from './summary.ts';

export interface MeasuredTrial {
  readonly record: TrialRecord;
  readonly arm: Arm;
  readonly family: string;
  readonly scale: UtilityScale;
  /** Without the penalty for the floor, which is a policy's as a whole; null without a quality. */
  readonly utility: number | null;
  /** Expected utility lost against the best arm on that task; null where it is not known. */
  readonly regret: number | null;
}

/** Terms whose sums give a policy's utility: utility, quality, the baseline's quality, one. */
export type UtilityTerms = readonly [number, number, number, number];

/** null for a trial without a quality. */
export function utilityTermsOf({ record, utility, scale }: MeasuredTrial): UtilityTerms | null {
  return utility === null || record.quality === null ? null : [utility, record.quality, scale.quality, 1];
}

/** Mean utility less the penalty for a mean quality below the floor. */
export function utilityFromSums([utility, quality, reference, count]: UtilityTerms, prices: UtilityPrices): number {
  return utility / count - floorPenalty(quality / count, prices, { quality: reference / count, costUsd: null, latencyMs: null });
}

export function policyUtility(trials: readonly MeasuredTrial[], prices: UtilityPrices, random: () => number): Estimate {
  const observations = trials.flatMap((trial) => {
    const terms = utilityTermsOf(trial);
    return terms === null ? [] : [{ cluster: trial.record.task, terms }];
  });
  if (observations.length === 0) return null;
  const { estimate, low, high } = clusteredBootstrap(
    groupByCluster(observations),
    { terms: (one) => one.terms, value: (sums) => utilityFromSums(sums, prices) },
    { random },
  );
  return { mean: estimate, low, high };
}
