/** What each generation came to: curves and parameters. */
import { parametersOf } from '@ratchet/core';
import type { ExperimentPlan } from '../experiment/experiment-plan.ts';
import type { ExperimentRun } from '../experiment/run-experiment.ts';
import type { Phase } from '../experiment/trial.ts';
import type { MeasuredTrial } from './measured-trial.ts';
import type { GenerationRow } from './summary.ts';
import { metrics, sharesOf } from './summary-metrics.ts';

/** Curves need less precise intervals than what is compared. */
const curveResamples = 500;

/** Trials by phase, policy and generation, in the order of the run. */
export type TrialGroups = (phase: Phase, policy: string, generation: number) => readonly MeasuredTrial[];

export function groupTrials(measured: readonly MeasuredTrial[]): TrialGroups {
  const key = (phase: Phase, policy: string, generation: number) => `${phase} ${generation} ${policy}`;
  const groups = Map.groupBy(measured, ({ record }) => key(record.phase, record.policy, record.generation));
  return (phase, policy, generation) => groups.get(key(phase, policy, generation)) ?? [];
}

export function generationRows(groups: TrialGroups, plan: ExperimentPlan, run: ExperimentRun): GenerationRow[] {
  const rows: GenerationRow[] = [];
  for (const policy of plan.policies.filter((name) => run.kinds.get(name) === 'learning')) {
    for (let generation = 0; generation <= plan.experiment.generations; generation++) {
      for (const phase of ['train', 'validation'] as const) {
        const trials = groups(phase, policy, generation).filter(({ record }) => phase === 'train' || record.snapshot === generation);
        if (trials.length === 0) continue;
        const verdicts = run.promotions.filter((one) => one.policy === policy && one.generation === generation);
        rows.push({
          policy,
          generation,
          phase,
          trials: trials.length,
          metrics: metrics(trials, plan, `${policy} ${phase} ${generation}`, curveResamples),
          promotedSeeds: phase === 'train' || verdicts.length === 0 ? null : verdicts.filter((verdict) => verdict.promoted).length,
          ...sharesOf(trials),
          parameters: meanParameters(trials),
        });
      }
    }
  }
  return rows;
}

function meanParameters(trials: readonly MeasuredTrial[]): Record<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const [arm, own] of Map.groupBy(trials, (trial) => trial.arm)) {
    for (const [name, value] of Object.entries(parametersOf(arm))) {
      const key = `${arm.strategy}.${name}`;
      const entry = sums.get(key) ?? { sum: 0, count: 0 };
      sums.set(key, { sum: entry.sum + own.length * value, count: entry.count + own.length });
    }
  }
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, { sum, count }]) => [key, sum / count]));
}
