/** What a worker does for one run that is offered: takes its jobs, and has threads run the pieces that they are. */
import { type ExperimentPlan, type Piece, type PieceResult, profileRecordSchema, trialRecordSchema } from '@ratchet/harness';
import type { JobQueue, KeptRecord, OfferedRun, TakenJob } from '@ratchet/store';
import { type ExperimentThreads, experimentThreads, PieceFailed } from './experiment-threads.ts';
import { prepareExperiment } from './prepare-experiment.ts';
import { readEnvironment } from './read-environment.ts';
import { isTrial, keptProfile, keptTrial, partsOf, readPiece, readSharedExperiment } from './shared-experiment.ts';
import { tracingSetting } from './tracing-setting.ts';
import { UsageError } from './usage-error.ts';

export interface WorkerSetting {
  readonly threads: number;
  readonly databaseUrl: string;
  /** Unique among the workers of a machine: what the names of its traces begin with. */
  readonly name: string;
  readonly onJob: (event: { readonly kind: 'taken' | 'ended' | 'handed-back' | 'failed'; readonly key: string; readonly why?: string }) => void;
}

export interface RunWork {
  /** How many jobs it has just now. */
  readonly under: () => number;
  /** Takes nothing further. What is under way ends soon: finished, or handed back with what was found. */
  stop(): Promise<void>;
}

/** Whoever begins a piece so often does not come to its end. */
const mostAttempts = 10;
/** Threads that end are replaced so many times. */
const replacements = 3;

/** Rejects where this machine cannot work on the run: other files, other models, no key. */
export async function workOnRun(queue: JobQueue, run: OfferedRun, setting: WorkerSetting): Promise<RunWork> {
  const { words, planId, concurrency, run: name } = readSharedExperiment(run.words);
  const { plan, world, live } = await prepareExperiment(words);
  await live?.close();
  if (plan.id !== planId)
    throw new UsageError(
      `its scenario, data or models are not those of the coordinator (plan ${planId}, here ${plan.id}): copy them here, to the same place beside the project`,
    );
  const experiment = plan.experiment.name;
  const traced = { name: `${experiment}/${name}`, experiment, run: name, contentByDefault: world.evidence === 'live', unique: setting.name };
  // Spans of workers stay on their machines: what is sent, the coordinator sends.
  const tracing = { ...tracingSetting(traced, words, readEnvironment()), outlets: [] };
  const threads = experimentThreads(
    { words, planId, concurrency, tracing, databaseUrl: setting.databaseUrl, writers: setting.name, mostStarts: (1 + replacements) * setting.threads },
    setting.threads,
  );
  let under = 0;
  const taking = await queue.work(run, setting.threads, async (job) => {
    under++;
    setting.onJob({ kind: 'taken', key: job.key });
    try {
      const end = await runJob(job, { plan, threads, onFailed: (why) => setting.onJob({ kind: 'failed', key: job.key, why }) });
      setting.onJob({ kind: end, key: job.key });
      return end;
    } catch (error) {
      // The machine's fault, or the database's: another one may do better.
      setting.onJob({ kind: 'handed-back', key: job.key, why: (error as Error).message });
      return 'handed-back';
    } finally {
      under--;
    }
  });
  return {
    under: () => under,
    stop: async () => {
      threads.interrupt();
      await taking.stop();
      threads.close();
    },
  };
}

interface JobParts {
  readonly plan: ExperimentPlan;
  readonly threads: ExperimentThreads;
  readonly onFailed: (why: string) => void;
}

async function runJob(job: TakenJob, { plan, threads, onFailed }: JobParts): Promise<'ended' | 'handed-back'> {
  const fail = async (why: string): Promise<'ended'> => {
    onFailed(why);
    await job.fail(why);
    return 'ended';
  };
  const { claim } = job;
  if (claim.attempt >= mostAttempts) return fail(`it was begun ${claim.attempt} times, and no worker came to its end`);
  const piece = readPiece(job.json);
  const order = await orderOf(job, piece, plan);
  let progress = { units: 0, costUsd: 0, what: '' };
  let unwritten: KeptRecord[] = [];
  /** Whether the job is still this worker's, after all that was written of it. */
  let writing: Promise<boolean> = Promise.resolve(true);
  /** Together what came while something was written. */
  const write = async (): Promise<boolean> => {
    const records = unwritten;
    unwritten = [];
    return records.length === 0 || (await job.keep(records, progress));
  };
  let result: PieceResult;
  try {
    result = await threads.run(
      order,
      (units, costUsd, what) => {
        progress = { units: progress.units + units, costUsd: progress.costUsd + costUsd, what };
      },
      {
        claim,
        found: ({ trials, profiles }) => {
          unwritten.push(...trials.map(keptTrial), ...profiles.map(keptProfile));
          const written = writing.then(async (mine) => mine && (await write()));
          // Whoever waits for it at the end is told.
          written.catch(() => undefined);
          writing = written;
        },
      },
    );
  } catch (error) {
    await writing;
    if (error instanceof PieceFailed) return fail(error.message);
    throw error;
  }
  if (!(await writing)) return 'ended';
  if (result.end === 'interrupted') return 'handed-back';
  await job.finish(JSON.stringify(result));
  return 'ended';
}

/** With what was found of it before: by a worker that is gone, or in an earlier run of the command. */
async function orderOf(job: TakenJob, piece: Piece, plan: ExperimentPlan) {
  const kept = await job.kept(partsOf(piece, plan));
  return {
    piece,
    trials: kept.filter(isTrial).map(({ json }) => trialRecordSchema.parse(JSON.parse(json))),
    profiles: kept.filter((record) => !isTrial(record)).map(({ json }) => profileRecordSchema.parse(JSON.parse(json))),
  };
}
