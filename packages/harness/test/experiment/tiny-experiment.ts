/** Experiments on the tiny scenario for tests: scripted models in place of simulated ones, logs in memory. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type LanguageModel, ModelError, type Random, virtualClock } from '@ratchet/core';
import { z } from 'zod';
import { type ExperimentFile, experimentSchema } from '../../src/experiment/experiment-file.ts';
import { type ExperimentChanges, type ExperimentPlan, planExperiment } from '../../src/experiment/experiment-plan.ts';
import type { RecordStore } from '../../src/experiment/loop-parts.ts';
import { type ExperimentParts, type ExperimentRun, runExperiment } from '../../src/experiment/run-experiment.ts';
import type { Scorer } from '../../src/experiment/scorer.ts';
import type { ProfileRecord, TrialRecord } from '../../src/experiment/trial.ts';
import type { World } from '../../src/experiment/world.ts';
import { buildSummary } from '../../src/report/build-summary.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { createScorer } from '../../src/scorers/create-scorer.ts';

export const tinyFolder = fileURLToPath(new URL('../fixtures/tiny', import.meta.url));
export const tiny: Scenario = loadScenario({ path: tinyFolder, simulation: z.unknown() });

export function tinyPlan(protocol: Partial<z.input<typeof experimentSchema>> = {}, changes: ExperimentChanges = {}, scenario = tiny): ExperimentPlan {
  const experiment: ExperimentFile = experimentSchema.parse({
    name: 'tiny',
    scenario: 'tiny',
    policies: ['heuristic', 'learned'],
    generations: 2,
    seeds: 1,
    split: { train: 0.4, validation: 0.3, heldout: 0.3 },
    profileRepeats: 1,
    heldoutRepeats: 1,
    validationRepeats: 1,
    ...protocol,
  });
  return planExperiment(experiment, scenario, changes);
}

/** What a scripted model is like. */
export interface Script {
  /** Share of parts that it answers entirely right; the others it answers partly. */
  readonly right: number;
  readonly costUsd: number;
  readonly latencyMs: number;
  /** Share of calls that fail. */
  readonly failing?: number;
}

export const scripts: Readonly<Record<string, Script>> = {
  small: { right: 0.9, costUsd: 0.001, latencyMs: 300 },
  large: { right: 0.9, costUsd: 0.02, latencyMs: 1500 },
};

export interface ScriptedWorld extends World {
  /** How often models were called so far. */
  readonly calls: () => number;
  /** How many attempts were begun so far. */
  readonly opened: () => number;
}

/** Models that find out by the request's id which parts are asked for, and write what the bank has. */
export function scriptedWorld(models = scripts, { repeats = 'never' as World['repeats'], scenario = tiny } = {}): ScriptedWorld {
  let calls = 0;
  let opened = 0;
  const asksOf = new Map(scenario.tasks.map(({ id, asks }) => [id, asks]));
  const makeModel = (id: string, luck: Random, sleep: (ms: number) => Promise<void>): LanguageModel => ({
    id,
    complete: async ({ requestId, seed }) => {
      calls++;
      const script = models[id];
      if (script === undefined) throw new ModelError('unknown-model', id, `there is no model "${id}"`);
      const latencyMs = script.latencyMs * (1 + luck.uniform('pace', id, seed));
      await sleep(latencyMs);
      if (luck.uniform('fails', id, seed) < (script.failing ?? 0)) throw new ModelError('unavailable', id, `${id} is down`);
      const text = (asksOf.get(requestId) ?? []).map(({ partId }) => {
        const grade = luck.uniform('grade', id, partId, seed) < script.right ? 'right' : 'partial';
        return scenario.parts.get(partId)?.answers.find((answer) => answer.grade === grade)?.text;
      });
      return { text: text.join('\n\n'), finishReason: 'stop', usage: { inputTokens: 10, outputTokens: 20 }, costUsd: script.costUsd, latencyMs };
    },
  });
  return {
    evidence: 'simulated',
    repeats,
    calls: () => calls,
    opened: () => opened,
    open: (luck) => {
      opened++;
      const clock = virtualClock();
      return { clock, models: (id) => makeModel(id, luck, (ms) => clock.sleep(ms)) };
    },
    tokenPrice: () => ({ inputUsdPerMTok: 1, outputUsdPerMTok: 1 }),
  };
}

const tinyScorer = await createScorer(tiny);

/** Scores as the scenario says, and takes more or fewer turns of the event loop for it: trials end in another order than they began. */
export const unevenScorer: Scorer = {
  score: async (task, answer, arm) => {
    for (let turn = 0; turn < (task.text.length + answer.length) % 7; turn++) await nextTurn();
    return tinyScorer.score(task, answer, arm);
  },
  close: () => undefined,
};

export interface MemoryStore<Outcome extends { readonly id: string }> extends RecordStore<Outcome> {
  readonly lines: string[];
}

/** As a log in a file is: what comes out was JSON in between. */
export function memoryStore<Outcome extends { readonly id: string }>(): MemoryStore<Outcome> {
  const lines: string[] = [];
  const places = new Map<string, number>();
  const append = (outcome: Outcome): void => {
    if (places.has(outcome.id)) throw new RangeError(`a second outcome with the id ${outcome.id}`);
    places.set(outcome.id, lines.length);
    lines.push(JSON.stringify(outcome));
  };
  return {
    lines,
    get: (id) => {
      const line = lines[places.get(id) ?? -1];
      return line === undefined ? undefined : JSON.parse(line);
    },
    append,
    appendAll: (outcomes) => outcomes.forEach(append),
    all: () => lines.map((line) => JSON.parse(line)),
  };
}

export interface Stores {
  readonly trials: MemoryStore<TrialRecord>;
  readonly profiles: MemoryStore<ProfileRecord>;
}

export const emptyStores = (): Stores => ({ trials: memoryStore(), profiles: memoryStore() });

export function runTiny(plan: ExperimentPlan, parts: Partial<ExperimentParts> = {}): Promise<ExperimentRun> {
  return runExperiment(plan, {
    world: scriptedWorld(),
    scorer: unevenScorer,
    ...emptyStores(),
    concurrency: 4,
    progress: { begin: () => undefined, advance: () => undefined },
    ...parts,
  });
}

/** All that a run leaves behind, as text: its logs, and its summary with the same times whenever it ran. */
export async function traceOf(
  plan: ExperimentPlan,
  parts: Partial<ExperimentParts> = {},
  stores = emptyStores(),
): Promise<{ readonly trials: string; readonly profiles: string; readonly summary: string; readonly run: ExperimentRun }> {
  const run = await runTiny(plan, { ...parts, ...stores });
  const summary = buildSummary(plan, run, { name: 'test', evidence: 'simulated', startedAt: '2026-01-01T00:00:00.000Z', durationMs: 0 });
  return { run, trials: stores.trials.lines.join('\n'), profiles: stores.profiles.lines.join('\n'), summary: JSON.stringify(summary) };
}
