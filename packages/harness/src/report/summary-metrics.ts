/** Means of trials with their intervals, and the shares of what was decided. */
import { modelsOf, seededRandom } from '@ratchet/core';
import { clusteredBootstrap, groupByCluster } from '@ratchet/learning';
import type { ExperimentPlan } from '../experiment/experiment-plan.ts';
import { type MeasuredTrial, policyUtility } from './measured-trial.ts';
import type { Estimate, Metrics } from './summary.ts';

export function metrics(trials: readonly MeasuredTrial[], plan: ExperimentPlan, label: string, resamples?: number): Metrics {
  const interval = (metric: string, value: (trial: MeasuredTrial) => number | null): Estimate => {
    const observations = trials.flatMap((trial) => {
      const one = value(trial);
      return one === null ? [] : [{ cluster: trial.record.task, value: one }];
    });
    if (observations.length === 0) return null;
    const { estimate, low, high } = clusteredBootstrap(
      groupByCluster(observations),
      { terms: (one) => [one.value, 1], value: ([sum, count]) => sum / count },
      { random: seededRandom('interval', label).stream(metric), resamples },
    );
    return { mean: estimate, low, high };
  };
  return {
    quality: interval('quality', ({ record }) => record.quality),
    costUsd: interval('cost', ({ record }) => record.costUsd),
    latencyMs: interval('latency', ({ record }) => record.latencyMs),
    utility: policyUtility(trials, plan.scenario.file.utility, seededRandom('interval', label).stream('utility')),
    regret: interval('regret', ({ regret }) => regret),
  };
}

/** Shares of decisions by strategy and by models. */
export function sharesOf(trials: readonly MeasuredTrial[]): { strategies: Record<string, number>; models: Record<string, number> } {
  return {
    strategies: shares(trials.map(({ arm }) => arm.strategy)),
    models: shares(trials.map(({ arm }) => (arm.strategy === 'collaborate' ? modelsOf(arm).join('+') : arm.model))),
  };
}

function shares(names: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => [name, count / names.length]));
}
