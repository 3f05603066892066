/** Threads that run pieces of an experiment side by side: the adapter of the harness's `PieceHelpers`. */
import { Worker } from 'node:worker_threads';
import type { PieceHelpers, PieceOrder, PieceResult } from '@ratchet/harness';
import type { JobClaim } from '@ratchet/store';
import type { ThreadOrder, ThreadReply, ThreadSetting } from './experiment-thread.ts';

/** The piece itself failed, not what ran it: it would elsewhere, too. */
export class PieceFailed extends Error {}

/** Of a piece that is a job of several machines. */
export interface SharedPiece {
  readonly claim: JobClaim;
  /** Of what the order lacked, in the order of the plan. */
  readonly found: (records: Pick<PieceOrder, 'trials' | 'profiles'>) => void;
}

export interface ExperimentThreads extends PieceHelpers {
  /** As a helper, and of a piece that is shared its records as they come. Rejects with a `PieceFailed` where it is the piece that fails. */
  run(order: PieceOrder, advance: Parameters<PieceHelpers['run']>[1], shared?: SharedPiece): Promise<PieceResult>;
  close(): void;
}

export interface ThreadsSetting extends Omit<ThreadSetting, 'writer'> {
  /** What their names as writers of traces begin with. */
  readonly writers: string;
  /** How many threads may be started in all, in the place of those that ended. By default none is replaced. */
  readonly mostStarts?: number;
}

/** Threads are started when they are first needed. A piece whose thread ends is rejected. */
export function experimentThreads({ writers, mostStarts, ...setting }: ThreadsSetting, count: number): ExperimentThreads {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let started = 0;
  let interrupted = false;

  const start = (): Worker => {
    started++;
    const worker = new Worker(new URL('./experiment-thread.ts', import.meta.url), {
      workerData: { ...setting, writer: `${writers}-${started}` } satisfies ThreadSetting,
    });
    all.add(worker);
    // A thread that ends while it has nothing to do is missed when it is next given something.
    worker.on('error', () => undefined).on('exit', () => all.delete(worker));
    if (interrupted) worker.postMessage({ kind: 'interrupt' } satisfies ThreadOrder);
    return worker;
  };
  const available = (): Worker | undefined => {
    for (let worker = idle.pop(); worker !== undefined; worker = idle.pop()) if (all.has(worker)) return worker;
    return all.size < count && started < (mostStarts ?? count) ? start() : undefined;
  };

  return {
    count,
    run: (order, advance, shared) =>
      new Promise<PieceResult>((resolve, reject) => {
        const worker = available();
        if (worker === undefined) {
          reject(new Error('no thread is left'));
          return;
        }
        const onMessage = (reply: ThreadReply): void => {
          if (reply.kind === 'advance') {
            advance(reply.units, reply.costUsd, reply.what, reply.reused);
            return;
          }
          if (reply.kind === 'found') {
            shared?.found(reply);
            return;
          }
          settle();
          idle.push(worker);
          if (reply.kind === 'done') resolve(reply.result);
          else reject(reply.forGood ? new PieceFailed(reply.message) : new Error(reply.message));
        };
        const onEnd = (cause?: unknown): void => {
          settle();
          reject(new Error('the thread ended', { cause }));
        };
        const settle = (): void => {
          worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
        };
        worker.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
        worker.postMessage({ kind: 'run', order, ...(shared === undefined ? {} : { claim: shared.claim }) } satisfies ThreadOrder);
      }),
    interrupt: () => {
      interrupted = true;
      for (const worker of all) worker.postMessage({ kind: 'interrupt' } satisfies ThreadOrder);
    },
    close: () => {
      for (const worker of all) void worker.terminate();
    },
  };
}
