/** Looks beside trials in a thread of its own: loading a scenario would hold up requests for a second. */
import { Worker } from 'node:worker_threads';
import type { BesideOrder, MadeBeside } from './beside-trial.ts';

type Reply = { readonly number: number } & ({ readonly made: MadeBeside } | { readonly failure: string });

interface Waiting {
  readonly resolve: (made: MadeBeside) => void;
  readonly reject: (error: Error) => void;
}

/** The thread is started when it is first needed, and keeps no process from ending. One that dies fails what it was asked; the next call gets another. */
export function besideThread(): (order: BesideOrder) => Promise<MadeBeside> {
  let worker: Worker | undefined;
  let count = 0;
  const waiting = new Map<number, Waiting>();
  const start = (): Worker => {
    const own = new Worker(new URL('./beside-worker.ts', import.meta.url), { execArgv: [] });
    const died = (error: Error): void => {
      if (worker !== own) return;
      worker = undefined;
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    };
    own
      .on('message', ({ number, ...reply }: Reply) => {
        const one = waiting.get(number);
        waiting.delete(number);
        if ('made' in reply) one?.resolve(reply.made);
        else one?.reject(new Error(reply.failure));
      })
      .on('error', died)
      .on('exit', (code) => died(new Error(`the thread that repeats trials ended with ${code}`)));
    own.unref();
    return own;
  };
  return (order) =>
    new Promise((resolve, reject) => {
      worker ??= start();
      const number = ++count;
      waiting.set(number, { resolve, reject });
      worker.postMessage({ number, order });
    });
}
