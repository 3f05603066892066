/** Puts the service together from its parts, and runs its learning beside it. */
import { type Clock, type KeyScope, modelsOf, type Random, type Store, type StoredKey, type Tracer } from '@ratchet/core';
import type { World } from '@ratchet/harness';
import { chatRoutes } from './http/chat-route.ts';
import { createApp, type HttpApp } from './http/create-app.ts';
import { decisionRoutes } from './http/decision-routes.ts';
import { historyRoute } from './http/history-route.ts';
import type { ExperimentList } from './http/job-answers.ts';
import { jobRoutes } from './http/job-routes.ts';
import { learnedRoute } from './http/learned-route.ts';
import { liveRoute } from './http/live-route.ts';
import { type About, meRoute } from './http/me-route.ts';
import { type PageFiles, pageRoutes } from './http/page-route.ts';
import { policyRoutes, type Trainer } from './http/policy-routes.ts';
import { runRoutes } from './http/run-routes.ts';
import { serviceMetrics } from './http/service-metrics.ts';
import { suggestRoute } from './http/suggest-route.ts';
import { jobWorker } from './jobs/do-job.ts';
import type { ExperimentRunner } from './jobs/experiment-runner.ts';
import { jobBoard } from './jobs/job-board.ts';
import { keyRing } from './keys/key-ring.ts';
import { type KeyParts, secretHash } from './keys/service-key.ts';
import { type BackgroundLearner, backgroundLearner, type LearningProgress, type LearningSettings, learningSettings } from './learning/background-learner.ts';
import { learningThread } from './learning/learn-in-worker.ts';
import type { McpParts } from './mcp/mcp-server.ts';
import { objectiveText } from './objective-text.ts';
import type { PricesInUse } from './prices-in-use.ts';
import type { RunLibrary } from './runs/run-library.ts';
import { armsById, type ServiceTask } from './service-task.ts';
import { type Answered, answerService, statusOf } from './serving/answer-service.ts';
import { type ExplorationSettings, explorationAccount, explorationSettings } from './serving/exploration.ts';
import { type FeedDecision, liveFeed } from './serving/live-feed.ts';
import { type LivePolicy, livePolicy } from './serving/live-policy.ts';
import { recentDecisions } from './serving/recent-decisions.ts';
import { timelyStore } from './timely-store.ts';

export interface ServiceParts {
  readonly task: ServiceTask;
  readonly world: World;
  readonly store: Store;
  /** Of real time. */
  readonly clock: Clock;
  /** Milliseconds of the Unix epoch. */
  readonly now: () => number;
  readonly random: Random;
  readonly newId: () => string;
  readonly tracer: Tracer;
  readonly trainer?: (service: Pick<Service, 'live'>) => Trainer;
  readonly learning?: Partial<LearningSettings>;
  readonly exploration?: Partial<ExplorationSettings>;
  readonly mostBodyBytes?: number;
  /** How long a request waits for the store; 2000 unless told. */
  readonly storePatienceMs?: number;
  /** What the service is about, in a few words; its name unless told. */
  readonly title?: string;
  /** Requests to begin with, for who has none at hand. */
  readonly examples?: readonly string[];
  /** The page that people use it with, where there is one. */
  readonly page?: PageFiles;
  /** What experiments left behind; absent where no runs can be shown. */
  readonly library?: RunLibrary;
  /** Those that `runExperiment` runs. */
  readonly experiments?: () => Promise<ExperimentList['experiments']>;
  readonly runExperiment?: ExperimentRunner;
  /** The prices that the world goes by, where they may change. */
  readonly prices?: () => PricesInUse;
  /** Host names by which clients of that protocol may reach it, beside those of this machine. */
  readonly hosts?: readonly string[];
  /** Told of what is a fault of the service, and of what it learns. */
  readonly onError?: (error: unknown) => void;
  readonly onLearning?: (progress: LearningProgress) => void;
}

export interface Service extends HttpApp {
  readonly mcp: McpParts;
  readonly learner: BackgroundLearner;
  readonly live: LivePolicy;
  /** Learns every so often until the signal is aborted. */
  learnEvery(ms: number, signal: AbortSignal): Promise<void>;
  /** Ends answers that would last as long as their reader wants: a server that closes waits for them otherwise. */
  endStreams(): void;
  /** Stops the job that runs, and ends the thread that learns; the store is its owner's. */
  close(): Promise<void>;
}

/** Of the time, that learning may take at most: where a turn takes long, the next is put off. */
const learningShare = 0.1;

const storePatienceMs = 2000;

const mostBodyBytes = 4 * 1024 * 1024;

/** Rejects with a `StoreError` where the store does not answer. */
export async function createService(parts: ServiceParts): Promise<Service> {
  const { task, world, clock, now, random, newId, tracer, onError = () => undefined } = parts;
  const store = timelyStore(parts.store, { clock, patienceMs: parts.storePatienceMs ?? storePatienceMs });
  const live = livePolicy({ task, store, onQuarantine: (generation, why) => onError(new Error(`generation ${generation} is set aside: ${why}`)) });
  await live.refresh();
  const exploration = { ...explorationSettings, ...parts.exploration };
  const account = explorationAccount(exploration);
  const metrics = serviceMetrics();
  const recent = recentDecisions();
  const feed = liveFeed(clock);
  const ended = new AbortController();
  const answers = answerService({
    task,
    world,
    store,
    live,
    clock,
    now,
    random,
    tracer,
    exploration,
    account,
    onAnswered: (answered) => {
      metrics.answered(answered);
      recent.add(answered.id, answered.explored);
      if (feed.watchers > 0) feed.decision(feedDecision(answered, now()));
    },
    onUnrecorded: (error) => {
      metrics.unrecorded();
      onError(error);
    },
  });
  const thread = learningThread();
  const learner = backgroundLearner({
    task,
    store,
    live,
    thread,
    now,
    settings: { ...learningSettings, ...parts.learning },
    onProgress: (progress) => {
      metrics.learning(progress);
      feed.learning(progress);
      parts.onLearning?.(progress);
    },
  });
  const about = (): About => ({
    scenario: task.name,
    title: parts.title ?? task.name,
    objective: objectiveText(task.objective),
    arms: task.arms.length,
    serving: live.current().generation,
    provider: world.evidence === 'live' ? 'live' : 'simulated',
    examples: [...(parts.examples ?? [])],
  });
  const models = [...new Set([...armsById(task).values()].flatMap(modelsOf))];
  const ring = keyRing(store, clock);
  const mcp: McpParts = { task, service: answers, store, clock, live, newId, now, runExperiment: parts.runExperiment, library: parts.library };
  const trainer = parts.trainer?.({ live });
  const board = jobBoard({ worker: jobWorker({ runExperiment: parts.runExperiment, trainer, learner }), clock, now, newId });
  const limit = parts.mostBodyBytes ?? mostBodyBytes;
  const http = createApp({
    routes: [
      ...chatRoutes({ service: answers, models, priceOf: (model) => world.tokenPrice?.(model), newId, now, onError }),
      ...decisionRoutes({
        store,
        clock,
        now,
        onFeedback: ({ decision, quality }) => {
          metrics.feedback();
          feed.feedback({ decision, quality });
          // Another replica's, and one of long ago, are not of this process's account.
          const explored = recent.explored(decision);
          if (explored !== undefined) account.observe({ explored, costUsd: null, quality });
        },
      }),
      suggestRoute({ service: answers, objective: task.objective, newId }),
      historyRoute(store),
      meRoute(about),
      liveRoute({ feed, clock, ended: ended.signal }),
      learnedRoute({ store, live, clock }),
      ...(parts.library === undefined ? [] : runRoutes(parts.library)),
      ...jobRoutes({ board, experiments: parts.experiments, trains: trainer !== undefined, store, now, ended: ended.signal }),
      ...(parts.page === undefined ? [] : pageRoutes(parts.page)),
      ...policyRoutes({ store, live, learner, now, trainer }),
    ],
    ring,
    mcp: { ...mcp, ring, hosts: parts.hosts ?? [], mostBodyBytes: limit },
    store,
    metrics,
    servingGeneration: () => live.current().generation,
    prices: parts.prices,
    mostBodyBytes: limit,
    now,
    onError,
  });
  return {
    ...http,
    mcp,
    learner,
    live,
    learnEvery: async (ms, signal) => {
      for (let restMs = ms; !signal.aborted; ) {
        await clock.sleep(restMs, signal).catch(() => undefined);
        if (signal.aborted) return;
        const begun = clock.now();
        await learner.turn();
        restMs = Math.max(ms, (clock.now() - begun) * (1 / learningShare - 1));
      }
    },
    endStreams: () => ended.abort(new Error('the service is closing')),
    close: async () => {
      await board.close();
      await thread.close();
    },
  };
}

function feedDecision({ id, armId, generation, explored, end, usage, latencyMs }: Answered, nowMs: number): FeedDecision {
  return { id, at: new Date(nowMs).toISOString(), armId, generation, explored, status: statusOf(end), costUsd: usage.costUsd, latencyMs };
}

export interface KeyWishes {
  readonly name: string;
  readonly scopes: readonly KeyScope[];
  readonly tenant: string;
  readonly shares: boolean;
  readonly requestsPerMinute: number | null;
  readonly budgetUsd: number | null;
}

/** What a store keeps of a new key. */
export function storedKeyOf({ id, secret }: KeyParts, wishes: KeyWishes, createdAtMs: number): StoredKey {
  return { id, ...wishes, secretHash: secretHash(secret), createdAtMs, revokedAtMs: null };
}
