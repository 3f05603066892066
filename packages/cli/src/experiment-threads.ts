/** Threads that run pieces of an experiment side by side: the adapter of the harness's `PieceHelpers`. */
import { Worker } from 'node:worker_threads';
import type { PieceHelpers, PieceResult } from '@ratchet/harness';
import type { ThreadOrder, ThreadReply, ThreadSetting } from './experiment-thread.ts';

export interface ExperimentThreads extends PieceHelpers {
  /** Nothing new is begun; what is under way is finished. */
  interrupt(): void;
  close(): void;
}

/** Threads are started when they are first needed. A piece whose thread ends is rejected, and the thread not replaced. */
export function experimentThreads(setting: Omit<ThreadSetting, 'writer'>, count: number): ExperimentThreads {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  let started = 0;
  let interrupted = false;

  const start = (): Worker => {
    started++;
    const worker = new Worker(new URL('./experiment-thread.ts', import.meta.url), {
      workerData: { ...setting, writer: `thread-${started}` } satisfies ThreadSetting,
    });
    all.add(worker);
    // A thread that ends while it has nothing to do is missed when it is next given something.
    worker.on('error', () => undefined).on('exit', () => all.delete(worker));
    if (interrupted) worker.postMessage({ kind: 'interrupt' } satisfies ThreadOrder);
    return worker;
  };
  const available = (): Worker | undefined => {
    for (let worker = idle.pop(); worker !== undefined; worker = idle.pop()) if (all.has(worker)) return worker;
    return started < count ? start() : undefined;
  };

  return {
    count,
    run: (order, advance) =>
      new Promise<PieceResult>((resolve, reject) => {
        const worker = available();
        if (worker === undefined) {
          reject(new Error('no thread is left'));
          return;
        }
        const onMessage = (reply: ThreadReply): void => {
          if (reply.kind === 'advance') {
            advance(reply.units, reply.costUsd, reply.what, reply.reused, reply.trials);
            return;
          }
          settle();
          idle.push(worker);
          if (reply.kind === 'done') resolve(reply.result);
          else reject(new Error(reply.message));
        };
        const onEnd = (cause?: unknown): void => {
          settle();
          reject(new Error('the thread ended', { cause }));
        };
        const settle = (): void => {
          worker.off('message', onMessage).off('error', onEnd).off('exit', onEnd);
        };
        worker.on('message', onMessage).on('error', onEnd).on('exit', onEnd);
        worker.postMessage({ kind: 'run', order } satisfies ThreadOrder);
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
