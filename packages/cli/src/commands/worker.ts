/** `worker`: runs pieces of experiments that other machines coordinate, until it is interrupted. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type Clock, systemClock } from '@ratchet/core';
import type { JobQueue, OfferedRun } from '@ratchet/store';
import { codeVersion } from '../code-version.ts';
import { databaseUrl, openJobQueue } from '../compose-job-queue.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import { type RunWork, type WorkerSetting, workOnRun } from '../work-on-run.ts';

export interface WorkerWords {
  readonly databaseUrl?: string;
  /** By default as many as the machine has processors. */
  readonly threads?: number;
}

const lookEveryMs = 500;

/** Resolves when it was interrupted, and what it was at is finished or handed back. */
export async function workerCommand(words: WorkerWords, output: Output): Promise<number> {
  const url = databaseUrl(words.databaseUrl);
  const threads = words.threads ?? availableParallelism();
  const queue = await openJobQueue(url);
  const name = `worker-${process.pid}-${randomBytes(3).toString('hex')}`;
  const interrupt = new AbortController();
  const onSignal = (): void => {
    if (interrupt.signal.aborted) process.exit(exitCodes.interrupted);
    output.note('Stopping after the trials under way; what is not finished is handed back. Once more ends it at once.');
    interrupt.abort(new Error('interrupted'));
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const setting: WorkerSetting = {
    threads,
    databaseUrl: url,
    name,
    onJob: ({ kind, key, why }) => {
      if (kind !== 'taken')
        output.note(`${{ ended: 'done', 'handed-back': 'handed back', failed: 'failed' }[kind]}: ${key}${why === undefined ? '' : `: ${why}`}`);
    },
  };
  const version = codeVersion();
  output.note(`worker: ${threads} pieces at once; code ${version}. Waiting for experiments that are run with --workers; Ctrl-C ends it.`);
  try {
    await workUntilStopped({ queue, version, setting, signal: interrupt.signal }, output, systemClock());
  } finally {
    await queue.close();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
  return exitCodes.ok;
}

interface WorkerParts {
  readonly queue: JobQueue;
  readonly version: string;
  readonly setting: WorkerSetting;
  readonly signal: AbortSignal;
}

/** One run at a time: the oldest that has jobs, as long as it has some. */
async function workUntilStopped({ queue, version, setting, signal }: WorkerParts, output: Output, clock: Clock): Promise<void> {
  let current: { readonly run: OfferedRun; readonly work: RunWork } | undefined;
  const refused = new Set<number>();
  let answered = true;
  const leave = async (): Promise<void> => {
    await current?.work.stop();
    current = undefined;
  };
  const refuse = (run: OfferedRun, why: string): void => {
    refused.add(run.offer);
    output.error(`refused: ${run.id}: ${why}`);
  };
  const join = async (run: OfferedRun): Promise<void> => {
    try {
      output.note(`working on ${run.id}`);
      current = { run, work: await workOnRun(queue, run, setting) };
    } catch (error) {
      refuse(run, (error as Error).message);
    }
  };
  const look = async (): Promise<void> => {
    const offered = await queue.offered();
    for (const run of offered) {
      if (run.codeVersion === version || refused.has(run.offer)) continue;
      refuse(
        run,
        `it is of other code (${run.codeVersion}, this is ${version}). Bring this checkout and its Node.js to the version of the coordinator, and start the worker again`,
      );
    }
    const open = offered.filter(({ offer }) => !refused.has(offer));
    const here = open.find(({ offer }) => offer === current?.run.offer);
    if (current !== undefined && here === undefined) await leave();
    const next = open.find((run) => run.waiting > 0 && run !== here);
    if (next === undefined || (here !== undefined && (here.waiting > 0 || (current?.work.under() ?? 0) > 0))) return;
    await leave();
    await join(next);
  };
  while (!signal.aborted) {
    try {
      await look();
      if (!answered) output.note('the database answers again');
      answered = true;
    } catch (error) {
      if (answered) output.error(`${(error as Error).message}. It is tried again`);
      answered = false;
    }
    await clock.sleep(lookEveryMs, signal).catch(() => undefined);
  }
  await leave();
}
