/** Long work that somebody started and may leave alone: one at a time, whoever watches it. */
import type { Clock } from '@ratchet/core';
import type { Job, JobWish } from '../http/job-answers.ts';
import { ServiceError } from '../service-error.ts';
import { type JobLog, type JobLogReader, jobLog } from './job-log.ts';

export interface JobHooks {
  readonly signal: AbortSignal;
  line(text: string): void;
  count(progress: { readonly done: number; readonly of: number }): void;
  /** US dollars so far. */
  spent(usd: number): void;
}

/** Does what was wished. Resolves to the run that it made, if it made one; rejects with the signal's reason when it was stopped. */
export type JobWorker = (wish: JobWish, hooks: JobHooks) => Promise<Job['result']>;

export interface JobBoardParts {
  readonly worker: JobWorker;
  /** Of real time. */
  readonly clock: Clock;
  readonly now: () => number;
  readonly newId: () => string;
}

export interface JobBoard {
  /** The newest first. */
  jobs(): readonly Job[];
  job(id: string): Job | undefined;
  /** Throws a `ServiceError` (409) while another runs. */
  start(wish: JobWish): Job;
  /** undefined where there is no such job; one that has ended stays as it is. */
  stop(id: string): Job | undefined;
  read(id: string): JobLogReader | undefined;
  /** Stops what runs, and resolves when it has ended. */
  close(): Promise<void>;
}

interface Entry {
  job: Job;
  readonly log: JobLog;
  readonly stop: AbortController;
  ended: Promise<void>;
}

const mostJobs = 20;

export function jobBoard({ worker, clock, now, newId }: JobBoardParts): JobBoard {
  let entries: readonly Entry[] = [];
  const find = (id: string): Entry | undefined => entries.find(({ job }) => job.id === id);
  const isoNow = (): string => new Date(now()).toISOString();

  const work = async (entry: Entry, wish: JobWish): Promise<void> => {
    const change = (part: Partial<Job>): void => {
      entry.job = { ...entry.job, ...part };
    };
    const told = (): void => {
      const { progress, spentUsd } = entry.job;
      if (progress !== null) entry.log.progress({ ...progress, spentUsd });
    };
    let end: Pick<Job, 'state' | 'result' | 'error'>;
    try {
      const result = await worker(wish, {
        signal: entry.stop.signal,
        line: entry.log.line,
        count: ({ done, of }) => {
          change({ progress: { done, of } });
          told();
        },
        spent: (spentUsd) => change({ spentUsd }),
      });
      end = { state: 'done', result, error: null };
    } catch (error) {
      const stopped = entry.stop.signal.aborted;
      end = { state: stopped ? 'stopped' : 'failed', result: null, error: stopped ? null : (error as Error).message };
    }
    change({ ...end, endedAt: isoNow() });
    entry.log.end(entry.job);
  };

  return {
    jobs: () => entries.map(({ job }) => job),
    job: (id) => find(id)?.job,
    start: (wish) => {
      const running = entries.find(({ job }) => job.state === 'running')?.job;
      if (running !== undefined) throw new ServiceError(409, `"${running.title}" is running (job ${running.id}); stop it, or wait`, { code: 'job_running' });
      const job: Job = {
        id: newId(),
        kind: wish.kind,
        title: titleOf(wish),
        state: 'running',
        startedAt: isoNow(),
        endedAt: null,
        spentUsd: 0,
        budgetUsd: wish.kind === 'experiment' ? (wish.budgetUsd ?? null) : null,
        progress: null,
        result: null,
        error: null,
      };
      const entry: Entry = { job, log: jobLog(clock), stop: new AbortController(), ended: Promise.resolve() };
      entries = [entry, ...entries].slice(0, mostJobs);
      entry.ended = work(entry, wish);
      return entry.job;
    },
    stop: (id) => {
      const entry = find(id);
      if (entry?.job.state === 'running') entry.stop.abort(new Error('stopped by hand'));
      return entry?.job;
    },
    read: (id) => find(id)?.log.read(),
    close: async () => {
      for (const { stop } of entries) stop.abort(new Error('the service is closing'));
      await Promise.all(entries.map(({ ended }) => ended));
    },
  };
}

function titleOf(wish: JobWish): string {
  if (wish.kind === 'train') return wish.tasks === 0 ? 'Learn from the log' : `Train on ${wish.tasks} task${wish.tasks === 1 ? '' : 's'}`;
  const { name, limit, seeds, generations } = wish;
  const words = [
    ...(limit === undefined ? [] : [`${limit} tasks`]),
    ...(seeds === undefined ? [] : [`${seeds} seeds`]),
    ...(generations === undefined ? [] : [`${generations} generations`]),
  ];
  return `Experiment ${name}${words.length === 0 ? '' : ` (${words.join(', ')})`}`;
}
