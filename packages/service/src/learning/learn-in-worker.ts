/** Learns in a thread of its own, one job after the other; a thread that dies fails its job, and the next job gets a new one. */
import { Worker } from 'node:worker_threads';
import type { LearningJob, LearningResult } from './learning-job.ts';

export interface LearningThread {
  /** Rejects where the job fails, with what it said. */
  run(job: LearningJob): Promise<LearningResult>;
  close(): Promise<void>;
}

type Reply = { readonly result: LearningResult } | { readonly failure: string };

export function learningThread(): LearningThread {
  let worker: Worker | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const once = (job: LearningJob): Promise<LearningResult> =>
    new Promise((resolve, reject) => {
      worker ??= new Worker(new URL('./learning-worker.ts', import.meta.url), { execArgv: [] });
      const own = worker;
      const end = (settle: () => void): void => {
        own.removeAllListeners();
        settle();
      };
      own.once('message', (reply: Reply) => end(() => ('result' in reply ? resolve(reply.result) : reject(new Error(reply.failure)))));
      const died = (error: Error): void => {
        worker = undefined;
        end(() => reject(error));
      };
      own.once('error', died).once('exit', (code) => died(new Error(`the thread that learns ended with ${code}`)));
      own.postMessage(job);
    });
  return {
    run: (job) => {
      const next = last.then(
        () => once(job),
        () => once(job),
      );
      last = next.catch(() => undefined);
      return next;
    },
    close: async () => {
      await worker?.terminate();
      worker = undefined;
    },
  };
}
