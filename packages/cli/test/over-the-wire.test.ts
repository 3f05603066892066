/** `code-gen` through live models and their SDKs against a mock server, beside the same run in process; RATCHET_WIRE_TASKS says on how many tasks. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LanguageModel, systemClock } from '@ratchet/core';
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
import { type MockServer, type Simulation, simulationSchema, startMockServer } from '@ratchet/providers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeSimulatedModels, composeWorld } from '../src/compose.ts';
import { composeLiveWorld, type LiveWorld } from '../src/compose-live.ts';
import { projectFolders } from '../src/project-folders.ts';
import { wallClock } from '../src/wall-clock.ts';

const { experiment, scenarioPath } = loadExperiment('code-gen', projectFolders);
const scenario = withCommonFaults(loadScenario({ path: scenarioPath, simulation: simulationSchema }));
const tasks = Number(process.env['RATCHET_WIRE_TASKS'] ?? 3);
/** All tasks take minutes. */
const patienceMs = 1_800_000;
const plan = planExperiment({ ...experiment, profileRepeats: 1, heldoutRepeats: 3, gate: [] }, scenario, {
  policies: ['heuristic', 'random'],
  generations: 0,
  seeds: 1,
  limit: tasks,
});

/** So that a short run has some: one call in thirty is refused, one in a hundred hangs, one answer in twenty is cut off. */
function withCommonFaults(one: Scenario): Scenario {
  const simulation = one.file.simulation as Simulation;
  const models = simulation.models.map((profile) => ({ ...profile, rateLimitedShare: 0.03, timeoutShare: 0.01, cutOffShare: 0.05 }));
  return { ...one, file: { ...one.file, simulation: { ...simulation, models } } };
}

/** As `--provider live` makes it, for a server that is all there is. With `stream`, every answer comes in pieces. */
async function wireWorld(api: 'openai' | 'anthropic', { url, stream }: { readonly url: string; readonly stream: boolean }): Promise<LiveWorld> {
  // Simulated models are tried again twice.
  const provider = { api, baseUrl: api === 'openai' ? `${url}/v1` : url, key: null, maxRetries: 2 };
  const models = join(folder, `${api}.yaml`);
  writeFileSync(models, JSON.stringify({ providers: { mock: provider } }));
  const live = await composeLiveWorld(scenario, { models });
  live.begin(folder, true);
  const { open } = live.world;
  const streamed = (model: LanguageModel): LanguageModel => ({
    ...model,
    complete: (call, options) => model.complete(call, { ...options, onDelta: () => undefined }),
  });
  return {
    ...live,
    world: {
      ...live.world,
      open: (luck, attempt) => {
        const opened = open(luck, attempt);
        return stream ? { ...opened, models: (id) => streamed(opened.models(id)) } : opened;
      },
    },
  };
}

function memoryStore<Outcome extends { readonly id: string }>(): RecordStore<Outcome> {
  const kept = new Map<string, Outcome>();
  const append = (one: Outcome): void => void kept.set(one.id, one);
  return { get: (id) => kept.get(id), append, appendAll: (all) => all.forEach(append), all: () => kept.values() };
}

/** Trials and profiles without their latencies, and without the words of errors, which differ on the wire. */
async function outcomesIn(world: World, scorer: Scorer, one: ExperimentPlan = plan) {
  const profiles = memoryStore<ProfileRecord>();
  const progress = { begin: () => undefined, advance: () => undefined };
  const run = await runExperiment(one, { world, scorer, trials: memoryStore<TrialRecord>(), profiles, concurrency: 16, progress });
  return {
    end: run.end,
    trials: run.trials.map(({ latencyMs, error, ...rest }) => rounded(rest)),
    profiles: [...profiles.all()].map(({ latencyMs, ...rest }) => rounded(rest)),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'ratchet-wire-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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

  it.each<['openai' | 'anthropic', boolean]>([
    ['openai', false],
    ['openai', true],
    ['anthropic', false],
    ['anthropic', true],
  ])('gives the same score, cost and tokens of each trial by the SDK of %s, streaming: %s', { timeout: patienceMs }, async (api, stream) => {
    const live = await wireWorld(api, { url: server.url, stream });
    expect(await outcomesIn(live.world, scorer)).toEqual(inProcess);
    await live.close();
  });
});

/** Costs are sums of calls in the order in which they end, which differs: the same to a billionth of a cent. */
function rounded<Record extends { readonly costUsd: number | null }>(record: Record): Record {
  return { ...record, costUsd: record.costUsd === null ? null : Number(record.costUsd.toFixed(11)) };
}
