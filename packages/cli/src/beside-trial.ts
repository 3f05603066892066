/** What stands beside a trial that its log does not keep: its request, and an answer that is made again. */
import { type Manifest, repeatTrial, type TrialRecord } from '@ratchet/harness';
import type { TrialBeside } from '@ratchet/service';
import type { PreparedExperiment } from './prepare-experiment.ts';
import { prepareRun } from './prepare-run.ts';

export interface BesideOrder {
  readonly manifest: Manifest;
  readonly trial: TrialRecord;
}

export type MadeBeside = Omit<TrialBeside, 'trace'>;

/** A scenario with its tasks and simulated models takes some megabytes. */
const mostPrepared = 3;

/** Keeps what the last runs were prepared to: loading a scenario takes a while. */
export function besideTrials(): (order: BesideOrder) => Promise<MadeBeside> {
  const prepared = new Map<string, PreparedExperiment>();
  const prepare = async (manifest: Manifest): Promise<PreparedExperiment | null> => {
    const known = prepared.get(manifest.planId);
    if (known !== undefined) return known;
    try {
      const fresh = await prepareRun(manifest);
      prepared.set(manifest.planId, fresh);
      if (prepared.size > mostPrepared) prepared.delete(prepared.keys().next().value as string);
      return fresh;
    } catch {
      // Another scenario, or data that is gone: the log stays what it is.
      return null;
    }
  };
  return async ({ manifest, trial }) => {
    const run = await prepare(manifest);
    const task = run?.plan.tasks.find(({ id }) => id === trial.task);
    if (run === null || task === undefined || run.plan.scenario.hash !== manifest.facts['scenarioSha256']) return { request: null, repeated: null };
    // With other prompts the answer would be another.
    return { request: task.text, repeated: run.plan.id === manifest.planId ? await repeatTrial(trial, task, run.world) : null };
  };
}
