/** Runs that nobody ran: trials with outcomes from a test's own hand, on the tasks and arms of the tiny scenario. */

import { parseArmId } from '@ratchet/core';
import type { Outcome, UtilityScale } from '@ratchet/learning';
import type { ExperimentPlan } from '../../src/experiment/experiment-plan.ts';
import type { ExperimentRun } from '../../src/experiment/run-experiment.ts';
import { type TrialRecord, trialId } from '../../src/experiment/trial.ts';
import { tiny } from './tiny-experiment.ts';

/** Tasks of the tiny scenario, by position. */
export const taskIds: readonly string[] = tiny.tasks.map(({ id }) => id);

export function madeTrial(given: Pick<TrialRecord, 'policy' | 'task'> & Partial<TrialRecord>): TrialRecord {
  const identity = { phase: 'heldout', seed: 1, generation: 0, snapshot: 0, repeat: 0, ...given } as const;
  const arm = given.arm ?? 'direct/large';
  return {
    id: trialId({ ...identity, taskId: given.task }),
    ...identity,
    arm,
    strategy: parseArmId(arm).strategy,
    propensity: 1,
    status: given.quality === null ? 'failed' : 'completed',
    quality: 1,
    costUsd: 0.01,
    latencyMs: 1000,
    calls: 1,
    inputTokens: 0,
    outputTokens: 0,
    ...given,
  };
}

export function madeRun(
  plan: ExperimentPlan,
  trials: readonly TrialRecord[],
  {
    scale = { quality: 0.8, costUsd: 0.01, latencyMs: 1000 },
    profiles = {},
    ...changed
  }: Partial<Omit<ExperimentRun, 'profiles'>> & { scale?: UtilityScale; profiles?: Readonly<Record<string, Outcome>> } = {},
): ExperimentRun {
  return {
    end: 'complete',
    trials,
    profiles: { outcome: (_task, arm) => profiles[arm] },
    promotions: [],
    tuning: [],
    seeds: new Map(plan.seeds.map((seed) => [seed, { scale, split: { train: [], validation: [], heldout: plan.tasks } }])),
    kinds: new Map(plan.policies.map((name) => [name, ['learned', 'greedy', 'original'].includes(name) ? 'learning' : 'static'])),
    ...changed,
  };
}
