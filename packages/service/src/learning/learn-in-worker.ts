/** Learns in a thread of its own, one job after the other; a thread that dies fails its job, and the next job gets a new one. */
import { Worker } from 'node:worker_threads';
import type { LearningJob, LearningResult } from './learning-job.ts';

export interface LearningThread {
  /** Rejects where the job fails, with what it said. */
  run(job: LearningJob): Promise<LearningResult>;
  close(): Promise<void>;
}

type Reply = { readonly result: LearningResult } | { readonly failure: string };

interface Pending {
  readonly resolve: (result: LearningResult) => void;
  readonly reject: (error: Error) => void;
}

export function learningThread(): LearningThread {
  let worker: Worker | undefined;
  let pending: Pending | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const take = (): Pending | undefined => {
    const one = pending;
    pending = undefined;
    return one;
  };
  const start = (): Worker => {
    const own = new Worker(new URL('./learning-worker.ts', import.meta.url), { execArgv: [] });
    const died = (error: Error): void => {
      if (worker === own) worker = undefined;
      take()?.reject(error);
    };
    own
      .on('message', (reply: Reply) => {
        const one = take();
        if ('result' in reply) one?.resolve(reply.result);
        else one?.reject(new Error(reply.failure));
      })
      .on('error', died)
      .on('exit', (code) => died(new Error(`the thread that learns ended with ${code}`)));
    return own;
  };
  const once = (job: LearningJob): Promise<LearningResult> =>
    new Promise((resolve, reject) => {
      pending = { resolve, reject };
      worker ??= start();
      worker.postMessage(job);
    });
  return {
    run: (job) => {
      const next = last.then(() => once(job));
      last = next.catch(() => undefined);
      return next;
    },
    close: async () => {
      await worker?.terminate();
    },
  };
}
