/** Hot paths that end in a file or a report: spans, the outcome store, the summary of a run. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { armId, seededRandom } from '@ratchet/core';
import {
  buildSummary,
  type ExperimentRun,
  loadExperiment,
  loadScenario,
  openResultsFolder,
  planExperiment,
  splitTasks,
  type TrialRecord,
} from '@ratchet/harness';
import { localTracer, redactor, spanIds } from '@ratchet/observability';
import { simulationSchema } from '@ratchet/providers';
import { projectRoot } from '../suite/project-root.ts';
import type { HotPath } from './hot-path.ts';

function temporaryFolder(): { readonly folder: string; readonly close: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'ratchet-bench-'));
  return { folder, close: () => rmSync(folder, { recursive: true, force: true }) };
}

export const spanWriting: HotPath = {
  name: 'write spans of a request, nested by tens',
  unit: 'spans',
  sizes: [10, 100, 1000],
  prepare: (count) => {
    const { folder, close } = temporaryFolder();
    const ids = spanIds((bytes) => '0'.repeat(2 * bytes));
    const tracer = localTracer(join(folder, 'trace.jsonl'), { ids, nowMs: () => 0, content: true, redact: redactor(['a secret of some length']) });
    return {
      run: async () => {
        for (let outer = 0; outer < count / 10; outer++)
          await tracer.span('request', { outer }, async () => {
            for (let inner = 1; inner < 10; inner++) await tracer.span('call', { model: 'mini', tokens: inner }, async (span) => span.set({ costUsd: 0.001 }));
          });
      },
      close,
    };
  },
};

export const storeAppending: HotPath = {
  name: 'append outcomes to the store',
  unit: 'outcomes',
  sizes: [10, 100, 1000],
  prepare: (count) => {
    const { folder, close } = temporaryFolder();
    const store = openResultsFolder(folder, { experiment: 'bench', planId: 'bench', startedAt: '', facts: {} }, { fresh: true });
    const record = trialOf({ policy: 'learned', seed: 1, repeat: 0, task: 'task' }, 'direct/mini', 0);
    let next = 0;
    return {
      run: () => {
        for (let index = 0; index < count; index++) store.trials.append({ ...record, id: `trial ${next++}` });
      },
      close: () => {
        store.close();
        close();
      },
    };
  },
};

export const reportBuilding: HotPath = {
  name: 'build the report of a run: intervals, comparisons',
  unit: 'trials',
  sizes: [84, 840, 8400],
  prepare: (trials) => {
    const folders = { experiments: join(projectRoot, 'experiments'), scenarios: join(projectRoot, 'scenarios') };
    const { experiment, scenarioPath } = loadExperiment('document-processing', folders);
    const scenario = loadScenario({ path: scenarioPath, simulation: simulationSchema });
    const policies = ['heuristic', 'random', 'best-fixed'];
    const perTask = policies.length * 28;
    const protocol = { ...experiment, split: { train: 0.4, validation: 0.3, heldout: 0.3 }, heldoutRepeats: Math.max(1, Math.round(trials / perTask)) };
    const plan = planExperiment(protocol, scenario, { policies, generations: 0, seeds: 1 });
    const run = madeRun(plan, policies);
    return { run: () => buildSummary(plan, run, { name: 'bench', evidence: 'simulated', startedAt: '', durationMs: 0 }) };
  },
};

function madeRun(plan: ReturnType<typeof planExperiment>, policies: readonly string[]): ExperimentRun {
  const split = splitTasks(plan.tasks, plan.experiment.split, 1);
  const arm = armId(plan.scenario.arms[0] as (typeof plan.scenario.arms)[number]);
  const draw = seededRandom('report').stream();
  const trials = policies.flatMap((policy) =>
    split.heldout.flatMap(({ id }) =>
      Array.from({ length: plan.experiment.heldoutRepeats }, (_, repeat) => trialOf({ policy, seed: 1, repeat, task: id }, arm, draw())),
    ),
  );
  return {
    end: 'complete',
    trials,
    profiles: { outcome: () => undefined },
    promotions: [],
    tuning: [],
    seeds: new Map([[1, { scale: { quality: 0.8, costUsd: 0.01, latencyMs: 1000 }, split }]]),
    kinds: new Map(policies.map((policy) => [policy, 'static' as const])),
  };
}

function trialOf({ policy, seed, repeat, task }: Pick<TrialRecord, 'policy' | 'seed' | 'repeat' | 'task'>, arm: string, quality: number): TrialRecord {
  return {
    id: `${policy} ${seed} ${repeat} ${task}`,
    phase: 'heldout',
    policy,
    seed,
    generation: 0,
    snapshot: 0,
    repeat,
    task,
    arm,
    strategy: arm.split('/')[0] as string,
    propensity: 1,
    status: 'completed',
    quality,
    costUsd: 0.001 + quality / 100,
    latencyMs: 500 + 1000 * quality,
    calls: 1,
    inputTokens: 100,
    outputTokens: 100,
  };
}
