/** Runs the JavaScript sandbox in a thread of its own, so that executions and everything else share two cores. */
import { Worker } from 'node:worker_threads';
import type { JavaScriptSandbox, SandboxEnd, SandboxLimits, SandboxScript } from './javascript-sandbox.ts';
import { ScorerError } from './scorer-error.ts';

/** What the thread is asked to run. */
export interface SandboxOrder {
  readonly number: number;
  /** Scripts that many orders begin with. */
  readonly first: readonly SandboxScript[];
  readonly scripts: readonly SandboxScript[];
  readonly result: string;
  readonly limits: SandboxLimits | undefined;
}

export interface SandboxReply {
  readonly number: number;
  readonly end: SandboxEnd;
}

export interface SandboxThread extends JavaScriptSandbox {
  /** Ends the thread; what is still awaited fails. */
  close(): void;
}

interface Awaited {
  readonly resolve: (end: SandboxEnd) => void;
  readonly reject: (error: ScorerError) => void;
}

/** The thread is begun by the first run, and keeps no process alive but while a run is awaited. Runs throw a `ScorerError` when it ends before them. */
export function sandboxThread(): SandboxThread {
  const awaited = new Map<number, Awaited>();
  let worker: Worker | undefined;
  let closed = false;
  let count = 0;

  const failAll = (why: string, cause?: unknown): void => {
    worker = undefined;
    for (const { reject } of awaited.values()) reject(new ScorerError(`the thread of the JavaScript sandbox ${why}`, { cause }));
    awaited.clear();
  };
  const start = (): Worker => {
    const started = new Worker(new URL('./sandbox-worker.ts', import.meta.url));
    started.on('message', ({ number, end }: SandboxReply) => {
      awaited.get(number)?.resolve(end);
      awaited.delete(number);
      if (awaited.size === 0) started.unref();
    });
    const failOf = (why: string, cause?: unknown): void => {
      if (worker === started) failAll(why, cause);
    };
    return started.on('error', (error) => failOf(`failed: ${error.message}`, error)).on('exit', () => failOf('ended'));
  };
  const after = (first: readonly SandboxScript[]): JavaScriptSandbox => ({
    run: (scripts, result, limits) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new ScorerError('the thread of the JavaScript sandbox has been closed'));
          return;
        }
        worker ??= start();
        if (awaited.size === 0) worker.ref();
        const number = count++;
        awaited.set(number, { resolve, reject });
        worker.postMessage({ number, first, scripts, result, limits } satisfies SandboxOrder);
      }),
    after: (more) => after([...first, ...more]),
  });
  return {
    ...after([]),
    close: () => {
      closed = true;
      const ended = worker;
      failAll('has been closed');
      void ended?.terminate();
    },
  };
}
