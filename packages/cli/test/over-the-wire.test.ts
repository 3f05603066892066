/** `code-gen` through the real SDKs against a mock server, beside the same run in process; RATCHET_WIRE_TASKS says on how many tasks. */
import { type Clock, type LanguageModel, systemClock } from '@ratchet/core';
import {
  createScorer,
  type ExperimentPlan,
  loadExperiment,
  loadScenario,
  type ProfileRecord,
  planExperiment,
  type RecordStore,
  runExperiment,
  type Scenario,
  type Scorer,
  type TrialRecord,
  type World,
} from '@ratchet/harness';
import { luckHeaders, type MockServer, modelDirectory, retryingModel, type Simulation, simulationSchema, startMockServer } from '@ratchet/providers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeSimulatedModels, composeWorld } from '../src/compose.ts';
import { projectFolders } from '../src/project-folders.ts';
import { wallClock } from '../src/wall-clock.ts';
import { anthropicModel, openaiModel, type SdkParts } from './sdk-models.ts';

const { experiment, scenarioPath } = loadExperiment('code-gen', projectFolders);
const scenario = withCommonFaults(loadScenario({ path: scenarioPath, simulation: simulationSchema }));
const tasks = Number(process.env['RATCHET_WIRE_TASKS'] ?? 6);
/** All tasks take minutes. */
const patienceMs = 1_800_000;
const plan = planExperiment({ ...experiment, profileRepeats: 1, heldoutRepeats: 2, gate: [] }, scenario, {
  policies: ['heuristic', 'random'],
  generations: 0,
  seeds: 1,
  limit: tasks,
});

/** So that a short run has some: one call in ten is refused, one in fifty hangs, one answer in twenty is cut off. */
function withCommonFaults(one: Scenario): Scenario {
  const simulation = one.file.simulation as Simulation;
  const models = simulation.models.map((profile) => ({ ...profile, rateLimitedShare: 0.1, timeoutShare: 0.02, cutOffShare: 0.05 }));
  return { ...one, file: { ...one.file, simulation: { ...simulation, models } } };
}

/** Live models as an experiment sees them: nothing is known to repeat, and time is real; only the waits before retries are left out. */
function wireWorld(make: (id: string, parts: SdkParts) => LanguageModel, { url, stream }: { readonly url: string; readonly stream: boolean }): World {
  const models = composeSimulatedModels(scenario);
  const real = systemClock();
  const clock: Clock = { now: () => real.now(), sleep: async () => undefined };
  return {
    evidence: 'live',
    repeats: 'never',
    open: (luck) => {
      const headersOf = luckHeaders(luck);
      const factory = (id: string) => () =>
        retryingModel(make(id, { url, stream, headersOf, price: models.price(id) }), { clock, random: luck.child('retries') });
      return { models: modelDirectory(new Map(models.ids.map((id) => [id, factory(id)]))), clock };
    },
    tokenPrice: models.price,
  };
}

function memoryStore<Outcome extends { readonly id: string }>(): RecordStore<Outcome> {
  const kept = new Map<string, Outcome>();
  return { get: (id) => kept.get(id), append: (one) => kept.set(one.id, one), all: () => kept.values() };
}

/** Trials and profiles without their latencies, and without the words of errors, which differ on the wire. */
async function outcomesIn(world: World, scorer: Scorer, one: ExperimentPlan = plan) {
  const profiles = memoryStore<ProfileRecord>();
  const progress = { begin: () => undefined, advance: () => undefined };
  const run = await runExperiment(one, { world, scorer, trials: memoryStore<TrialRecord>(), profiles, concurrency: 8, progress });
  return {
    end: run.end,
    trials: run.trials.map(({ latencyMs, error, ...rest }) => rounded(rest)),
    profiles: [...profiles.all()].map(({ latencyMs, ...rest }) => rounded(rest)),
  };
}

describe('code-gen through the real SDKs against a mock server', () => {
  let server: MockServer;
  let scorer: Awaited<ReturnType<typeof createScorer>>;
  let inProcess: Awaited<ReturnType<typeof outcomesIn>>;

  beforeAll(async () => {
    scorer = await createScorer(scenario);
    server = await startMockServer(composeSimulatedModels(scenario), { clock: systemClock(), wallClock });
    inProcess = await outcomesIn(composeWorld(scenario, 'simulated'), scorer);
  }, patienceMs);
  afterAll(async () => {
    scorer.close();
    await server.close();
  });

  it('is a run in which models fail, try again, and are right and wrong', () => {
    const { trials, profiles } = inProcess;
    expect(profiles).toHaveLength(tasks * scenario.arms.length);
    expect(trials.length).toBeGreaterThan(4);
    const qualities = profiles.flatMap(({ quality }) => (quality === null ? [] : [quality]));
    expect(new Set(qualities).size).toBeGreaterThan(4);
    const calls = trials.reduce((sum, trial) => sum + trial.calls, 0);
    expect(calls).toBeGreaterThan(trials.length);
  });

  it.each<[string, typeof openaiModel, boolean]>([
    ["OpenAI's", openaiModel, false],
    ["OpenAI's, streaming", openaiModel, true],
    ["Anthropic's", anthropicModel, false],
    ["Anthropic's, streaming", anthropicModel, true],
  ])('gives the same score, cost and tokens of each trial by %s', { timeout: patienceMs }, async (_sdk, make, stream) => {
    const over = await outcomesIn(wireWorld(make, { url: server.url, stream }), scorer);
    expect(over).toEqual(inProcess);
  });
});

/** Costs are sums of calls in the order in which they end, which differs: the same to a billionth of a cent. */
function rounded<Record extends { readonly costUsd: number | null }>(record: Record): Record {
  return { ...record, costUsd: record.costUsd === null ? null : Number(record.costUsd.toFixed(11)) };
}
