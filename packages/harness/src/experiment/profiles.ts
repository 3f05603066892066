/** Expected outcomes of arms on tasks: what the oracle, the best fixed arm and regret are computed from. */
import { type Arm, armId } from '@ratchet/core';
import { type ExpectedValue, executionPrice, type Outcome, type UtilityPrices, type UtilityScale } from '@ratchet/learning';
import type { ProfileRecord } from './trial.ts';

export interface Profiles {
  /** undefined where nothing is known. */
  outcome(taskId: string, armId: string): Outcome | undefined;
}

/** Means over the repeats of a task and arm; a repeat without an answer counts as missing. */
export function profileOf(id: string, taskId: string, arm: string, outcomes: readonly Outcome[]): ProfileRecord {
  const mean = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return {
    id,
    task: taskId,
    arm,
    repeats: outcomes.length,
    failed: outcomes.filter((outcome) => outcome.quality === null).length,
    quality: mean(outcomes.map((outcome) => outcome.quality)),
    costUsd: mean(outcomes.map((outcome) => outcome.costUsd)),
    latencyMs: mean(outcomes.map((outcome) => outcome.latencyMs)),
  };
}

export function expectedQuality(profiles: Profiles): ExpectedValue {
  return (taskId, arm) => profiles.outcome(taskId, arm)?.quality ?? undefined;
}

export function expectedUtility(profiles: Profiles, prices: UtilityPrices, scale: UtilityScale): ExpectedValue {
  return (taskId, arm) => {
    const outcome = profiles.outcome(taskId, arm);
    return outcome === undefined || outcome.quality === null ? undefined : outcome.quality - executionPrice(outcome, prices, scale);
  };
}

/** Means over decisions: what the baseline reaches, which cost and latency are measured by. */
export function scaleOf(decisions: readonly { readonly taskId: string; readonly arm: Arm }[], profiles: Profiles): UtilityScale {
  const outcomes = decisions.flatMap(({ taskId, arm }) => profiles.outcome(taskId, armId(arm)) ?? []);
  const profile = profileOf('scale', 'all', 'baseline', outcomes);
  return { quality: profile.quality ?? 0, costUsd: profile.costUsd, latencyMs: profile.latencyMs };
}
