/** Grows a forest in a worker thread, so that the event loop stays free; the result is that of `growForest`, to the byte. */
import { Worker } from 'node:worker_threads';
import type { RandomKey } from '@ratchet/core';
import { ForestError, type ForestErrorKind } from './forest-error.ts';
import type { ForestOptions } from './forest-settings.ts';
import type { ForestGround, GrownParts } from './grow-forest.ts';

export interface ForestJob {
  readonly ground: ForestGround;
  readonly options: ForestOptions;
  /** Of the random source: the forest is the one that `seededRandom(...seed)` grows. */
  readonly seed: readonly RandomKey[];
}

/** The one message of the worker. */
export type ForestReply =
  | { readonly kind: 'grown'; readonly grown: GrownParts }
  | { readonly kind: 'refused'; readonly error: { readonly kind: ForestErrorKind; readonly message: string } };

/**
 * The data are copied to the thread. Rejects with the `ForestError` that `growForest` would throw, with one of kind `failed-worker`
 * where the thread ends without an answer, and with the signal's reason when it is aborted, which stops the thread.
 */
export function growInWorker(job: ForestJob, { signal }: { readonly signal?: AbortSignal } = {}): Promise<GrownParts> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const worker = new Worker(new URL('./forest-worker.ts', import.meta.url), { workerData: job, execArgv: [] });
    const stop = (): void => {
      reject(signal?.reason);
      void worker.terminate();
    };
    signal?.addEventListener('abort', stop, { once: true });
    const fail = (message: string, cause?: unknown): void => reject(new ForestError('failed-worker', `the thread that grows a forest ${message}`, { cause }));
    worker
      .on('message', (reply: ForestReply) => {
        if (reply.kind === 'grown') resolve(reply.grown);
        else reject(new ForestError(reply.error.kind, reply.error.message));
      })
      .on('error', (error: Error) => fail(`failed: ${error.message}`, error))
      .on('exit', () => {
        signal?.removeEventListener('abort', stop);
        // Without effect where an answer came.
        fail('ended without an answer');
      });
  });
}
