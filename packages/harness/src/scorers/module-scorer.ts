/** Scores answers with a module of the user, in a worker thread that can be stopped when the module never ends. */
import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { CheckResult } from './javascript-check.ts';
import { ScorerError } from './scorer-error.ts';

/** What the default export of a scorer module is called with; it returns a score in [0, 1] or { score, reasons }, or a promise of one. */
export interface ModuleScorerInput {
  readonly task: { readonly id: string; readonly request: string; readonly expected?: string | number };
  readonly answer: string;
}

/** A message of the worker. */
export type ModuleReply =
  | { readonly kind: 'loaded' }
  | { readonly kind: 'scored'; readonly result: CheckResult }
  | { readonly kind: 'failed'; readonly message: string };

export interface ModuleScorer {
  /** Throws a `ScorerError` when the module fails, takes too long, or returns no score. Calls run one after another. */
  score(input: ModuleScorerInput): Promise<CheckResult>;
  /** Ends the worker; a score that is still awaited fails. */
  close(): Promise<void>;
}

/** Importing a module may take longer than scoring with it. */
const leastLoadingMs = 3000;

/** The module, JavaScript or TypeScript, is loaded on the first score, and again after one that took too long. Throws a `ScorerError` when there is no such file. */
export function loadModuleScorer(file: string, { timeoutMs }: { readonly timeoutMs: number }): ModuleScorer {
  if (!existsSync(file)) throw new ScorerError(`there is no scorer module ${file}`);
  let worker: Worker | undefined;
  let closed = false;
  let queue: Promise<unknown> = Promise.resolve();

  const forget = (one: Worker): void => {
    if (worker === one) worker = undefined;
  };
  /** The worker's next message; a worker that gives none is ended. */
  const awaitReply = async (asked: Worker, limitMs: number): Promise<ModuleReply> => {
    try {
      return await nextReply(asked, limitMs);
    } catch (error) {
      forget(asked);
      void asked.terminate();
      throw failure((error as Error).message, error);
    }
  };
  const failure = (message: string, cause?: unknown) => new ScorerError(`the scorer module ${file} ${message}`, { cause });
  const start = async (): Promise<Worker> => {
    const started = new Worker(new URL('./module-worker.ts', import.meta.url), { workerData: file, execArgv: [] });
    started.unref();
    // One that fails between two scores is replaced by the next.
    started.on('error', () => forget(started)).on('exit', () => forget(started));
    worker = started;
    const reply = await awaitReply(started, Math.max(timeoutMs, leastLoadingMs));
    if (reply.kind === 'loaded') return started;
    forget(started);
    void started.terminate();
    throw failure(reply.kind === 'failed' ? reply.message : 'answered out of turn');
  };
  const ask = async (input: ModuleScorerInput): Promise<CheckResult> => {
    if (closed) throw failure('has been closed');
    const asked = worker ?? (await start());
    const answered = awaitReply(asked, timeoutMs);
    asked.postMessage(input);
    const reply = await answered;
    if (reply.kind === 'scored') return reply.result;
    throw failure(reply.kind === 'failed' ? reply.message : 'answered out of turn');
  };
  return {
    score: (input) => {
      const turn = queue.then(() => ask(input));
      queue = turn.catch(() => undefined);
      return turn;
    },
    close: async () => {
      closed = true;
      await worker?.terminate();
    },
  };
}

/** Throws for a worker that ends or fails first, and after the time limit. */
function nextReply(worker: Worker, limitMs: number): Promise<ModuleReply> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const fail = (message: string, cause?: unknown): void => {
      settle();
      reject(new Error(message, { cause }));
    };
    const onMessage = (reply: ModuleReply): void => {
      settle();
      resolve(reply);
    };
    const onError = (error: Error): void => fail(`threw: ${error.message}`, error);
    const onExit = (): void => fail('ended its thread before it gave a score');
    // The worker keeps no process alive; while an answer is awaited, this timer does.
    // biome-ignore lint/plugin: this is an adapter, and the limit is one of real time
    const timer = setTimeout(() => fail(`gave no score within ${limitMs} ms and was stopped`), limitMs);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
