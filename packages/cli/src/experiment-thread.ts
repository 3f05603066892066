/** A thread that runs pieces of an experiment; `experiment-threads.ts` starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  createScorer,
  gatherTallies,
  type PieceOrder,
  type PieceResult,
  type ProfileRecord,
  pieceRunner,
  type TrialRecord,
  type TrialTally,
} from '@ratchet/harness';
import type { JobClaim } from '@ratchet/store';
import { openTracer } from './open-tracer.ts';
import { type ExperimentWords, prepareExperiment } from './prepare-experiment.ts';
import { runAccount } from './shared-experiment.ts';
import { threadChecks } from './thread-checks.ts';
import { isTraced, type TracingSetting } from './tracing-setting.ts';

/** What the thread needs to come to the plan and the world of the run. */
export interface ThreadSetting {
  readonly words: ExperimentWords;
  readonly planId: string;
  readonly concurrency: number;
  readonly tracing: TracingSetting;
  /** Whose traces they are. */
  readonly writer: string;
  /** Where live models' account and limits are, if several machines share them. */
  readonly databaseUrl?: string;
}

export type ThreadOrder = { readonly kind: 'run'; readonly order: PieceOrder; readonly claim?: JobClaim } | { readonly kind: 'interrupt' };

export type ThreadReply =
  | {
      readonly kind: 'advance';
      readonly units: number;
      readonly costUsd: number;
      readonly what: string;
      readonly reused: boolean;
      readonly trials: readonly TrialTally[];
    }
  | { readonly kind: 'found'; readonly trials: readonly TrialRecord[]; readonly profiles: readonly ProfileRecord[] }
  | { readonly kind: 'done'; readonly result: PieceResult }
  /** `forGood`: it would fail elsewhere, too. */
  | { readonly kind: 'failed'; readonly message: string; readonly forGood: boolean };

/** Units that are told of together. */
const togetherUnits = 50;

const port = parentPort;
if (port === null) throw new Error('experiment-thread.ts is not a program of its own');
const { words, planId, concurrency, tracing, writer, databaseUrl } = workerData as ThreadSetting;
const queue = databaseUrl === undefined || words.provider !== 'live' ? undefined : await (await import('./compose-job-queue.ts')).openJobQueue(databaseUrl);
/** Why the account or a limit could not be asked for: what became of the piece is then no result. */
let fault: unknown;
const shared = queue === undefined ? undefined : { rate: queue.rate, onFault: (error: unknown) => (fault ??= error) };
const { plan, world, live } = await prepareExperiment(words, shared);
if (plan.id !== planId) throw new Error('the files of the experiment have changed since it began');
const interrupt = new AbortController();
const { tracer, flush } = openTracer(tracing, writer);
const run = pieceRunner(plan, {
  world,
  scorer: await createScorer(plan.scenario, threadChecks(planId)),
  concurrency,
  tracer,
  traced: isTraced(tracing),
  signal: interrupt.signal,
});
const tell = (reply: ThreadReply): void => port.postMessage(reply);
/** What was paid is told of at once. */
const togetherRecords = world.evidence === 'live' ? 1 : 200;

port.on('message', async (message: ThreadOrder) => {
  if (message.kind === 'interrupt') {
    interrupt.abort(new Error('interrupted'));
    return;
  }
  const { order, claim } = message;
  let untold = { units: 0, costUsd: 0, what: '', reused: false };
  const untoldTrials = new Map<string, TrialTally>();
  const tellUnits = (): void => {
    if (untold.units > 0) tell({ kind: 'advance', ...untold, trials: [...untoldTrials.values()] });
    untold = { units: 0, costUsd: 0, what: '', reused: false };
    untoldTrials.clear();
  };
  let found = { trials: [] as TrialRecord[], profiles: [] as ProfileRecord[] };
  const tellRecords = (least: number): void => {
    if (claim === undefined || found.trials.length + found.profiles.length < least) return;
    tell({ kind: 'found', ...found });
    found = { trials: [], profiles: [] };
  };
  fault = undefined;
  if (queue !== undefined && claim !== undefined) live?.draw(queue.account(claim, runAccount), (spent) => queue.noteSpending(claim.run, JSON.stringify(spent)));
  try {
    const result = await run(order, {
      advance: (units, costUsd, what, reused, trials = []) => {
        if (untold.reused !== reused) tellUnits();
        untold = { units: untold.units + units, costUsd: untold.costUsd + costUsd, what, reused };
        gatherTallies(trials, untoldTrials);
        if (untold.units >= togetherUnits) tellUnits();
      },
      trial: (record) => {
        found.trials.push(record);
        tellRecords(togetherRecords);
      },
      profile: (record) => {
        found.profiles.push(record);
        tellRecords(togetherRecords);
      },
    });
    await live?.booked();
    if (fault !== undefined) throw fault;
    tellUnits();
    tellRecords(1);
    // The thread may be ended from then on.
    flush();
    tell({ kind: 'done', result });
  } catch (error) {
    tellRecords(1);
    tell({ kind: 'failed', message: (error as Error).message, forGood: fault === undefined });
  }
});
