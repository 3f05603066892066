/** Wires the service: the store, the models and the tasks of a scenario behind its ports. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { analyze, requestFamily, type Store, seededRandom, systemClock } from '@ratchet/core';
import { attemptTask, createScorer, requestOf, type Scenario, type World } from '@ratchet/harness';
import {
  createService,
  keepMemorySteady,
  type LearningProgress,
  type Service,
  type ServiceTask,
  type Trainer,
  timeOrderedIds,
  trainingPolicy,
} from '@ratchet/service';
import { openPostgresStore, openSqliteStore } from '@ratchet/store';
import { composeWorld } from './compose.ts';
import { composeLiveWorld } from './compose-live.ts';
import { composeTracing } from './compose-tracing.ts';
import { exampleRequests } from './example-requests.ts';
import { pageFiles, pageFolder } from './page-files.ts';
import { fromHere, home, projectFolders, resultsRoot, tracesRoot } from './project-folders.ts';
import { readEnvironment } from './read-environment.ts';
import { runExperimentApart } from './run-experiment-apart.ts';
import { runLibrary } from './run-library.ts';
import { runnableExperiments } from './runnable-experiments.ts';
import type { Output } from './terminal/output.ts';
import { UsageError } from './usage-error.ts';
import { wallClock } from './wall-clock.ts';
import { type WatchedPrices, watchPrices } from './watch-prices.ts';

export interface ServiceWords {
  readonly provider: 'mock' | 'live';
  /** A catalogue of the user's own, with `live`. */
  readonly models?: string;
  /** A file in the place of the usual one. */
  readonly store?: string;
}

export interface ComposedService {
  readonly service: Service;
  readonly store: Store;
  readonly notes: readonly string[];
  /** Reads the prices' file now; undefined where prices come from none. */
  readonly readPrices: (() => Promise<void>) | undefined;
  close(): Promise<void>;
}

/**
 * DATABASE_URL names a PostgreSQL server, which replicas share; else it is a file. Each scenario has its own schema, or file: what one service
 * learned is of no use to another. Rejects with a `StoreError`.
 */
export async function openStore({ name }: Pick<Scenario, 'name'>, file: string | undefined): Promise<Store> {
  const url = readEnvironment()['DATABASE_URL'];
  if (file === undefined && url !== undefined && url !== '')
    return openPostgresStore({ url, schema: `ratchet_${name.toLowerCase().replace(/[^a-z0-9]/g, '_')}` });
  return openSqliteStore({ file: file === undefined ? join(home(), 'service', `${name}.sqlite`) : fromHere(file), clock: systemClock() });
}

/** Throws a `UsageError` for models that are not there. */
export async function composeService(
  scenario: Scenario,
  words: ServiceWords,
  tell: { readonly onError: (error: unknown) => void; readonly onLearning: (progress: LearningProgress) => void; readonly output: Output },
): Promise<ComposedService> {
  keepMemorySteady();
  const clock = systemClock();
  const { world, notes, prices, closeWorld } = await openWorld(scenario, words, tell.output);
  const store = await openStore(scenario, words.store);
  const now = (): number => wallClock().getTime();
  const { output, ...told } = tell;
  // What users write is theirs: traces have none of it unless the environment asks for it.
  const traced = { name: 'serve', experiment: 'serve', run: scenario.name, contentByDefault: false, unique: `serve-${process.pid}-${now()}` };
  const tracing = composeTracing(traced, { fresh: false, pace: 'along' }, output);
  const service = await createService({
    task: serviceTask(scenario),
    world,
    store,
    clock,
    now,
    random: seededRandom('service', randomBytes(16).toString('hex')),
    newId: timeOrderedIds(now),
    tracer: tracing.tracer,
    title: scenario.file.title,
    examples: exampleRequests(scenario.tasks),
    page: pageFiles(pageFolder),
    library: runLibrary({ results: resultsRoot(), traces: tracesRoot() }),
    experiments: runnableExperiments(projectFolders),
    runExperiment: runExperimentApart,
    ...(prices === undefined ? {} : { prices: prices.inUse }),
    trainer: ({ live }) => scenarioTrainer(scenario, { world, store, live, now }),
    ...told,
  });
  prices?.begin();
  return {
    service,
    store,
    notes,
    readPrices: prices?.readAgain,
    close: async () => {
      await prices?.close();
      await service.close();
      await store.close();
      await closeWorld();
      await tracing.finish();
    },
  };
}

function serviceTask({ name, arms, file, heuristic }: Scenario): ServiceTask {
  return { name, arms, objective: file.objective, prices: file.utility, heuristic: heuristic ?? null };
}

async function openWorld(
  scenario: Scenario,
  { provider, models }: ServiceWords,
  output: Output,
): Promise<{ readonly world: World; readonly notes: readonly string[]; readonly prices?: WatchedPrices; readonly closeWorld: () => Promise<void> }> {
  if (provider === 'mock') {
    if (scenario.recording !== undefined)
      throw new UsageError(`the scenario ${scenario.name} has recorded answers only, and nothing to answer other requests with`);
    return {
      world: composeWorld(scenario, 'simulated'),
      notes: ['Simulated models answer: nothing is asked of anybody, and nothing costs anything.'],
      closeWorld: async () => undefined,
    };
  }
  // What fails is answered by another arm at once, not by the same one later.
  const live = await composeLiveWorld(scenario, { maxRetries: 0, ...(models === undefined ? {} : { models }) });
  // The store has what each decision cost, and what each key spent.
  live.beginUnkept();
  return { world: live.world, notes: live.notes, prices: watchPrices(live, output), closeWorld: () => live.close() };
}

/** Executes tasks of the scenario as `trainingPolicy` decides, scores them, and puts them into the log as a tenant of their own. */
function scenarioTrainer(
  scenario: Scenario,
  { world, store, live, now }: { readonly world: World; readonly store: Store; readonly live: Service['live']; readonly now: () => number },
): Trainer {
  const policy = trainingPolicy(serviceTask(scenario), live);
  return async ({ tasks, signal, onProgress }) => {
    const scorer = await createScorer(scenario);
    try {
      const run = randomBytes(8).toString('hex');
      for (let index = 0; index < tasks; index++) {
        signal.throwIfAborted();
        const task = scenario.tasks[index % scenario.tasks.length];
        if (task === undefined) return;
        const analysis = analyze(requestOf(task));
        const { generation } = live.current();
        const id = `train-${run}-${index}`;
        const luck = seededRandom('service training', run, index);
        const attempt = await attemptTask(task, {
          world,
          policy,
          scorer,
          analysisOf: () => analysis,
          luck,
          attempt: id,
          decisionRandom: luck.child('decide'),
        });
        const { decision, usage, latencyMs } = attempt.handled;
        const tenant = 'training';
        await store.recordDecision({
          id,
          atMs: now(),
          tenant,
          keyId: '-',
          text: task.text,
          session: null,
          armId: decision.armId,
          propensity: decision.propensity,
          candidates: decision.candidates,
          generation,
          explored: true,
          learnable: attempt.status === 'completed',
          status: attempt.status === 'failed' ? 'failed' : 'answered',
          costUsd: usage.costUsd,
          latencyMs,
          predictedQuality: null,
          predictedCostUsd: null,
          predictedRegret: null,
          family: requestFamily(analysis),
          tools: analysis.tools ?? null,
        });
        if (attempt.quality !== null) await store.recordFeedback({ id, decisionId: id, keyId: '-', tenant, quality: attempt.quality, atMs: now() });
        onProgress({ done: index + 1, of: tasks, quality: attempt.quality, costUsd: usage.costUsd });
      }
    } finally {
      scorer.close();
    }
  };
}
