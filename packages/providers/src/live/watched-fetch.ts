/** The way to the network: a `fetch`, and a shorter way to post, whose connections tell the watch of the call that uses them how far it has come. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { CallWatch } from './call-watch.ts';
import { type Post, type PostedAnswer, type PostTarget, postTo } from './posted-answer.ts';

export interface WatchedFetch {
  /** Follows no redirection: a key is sent to no server but that of the catalogue. */
  readonly fetch: typeof fetch;
  /** Costs a quarter of what `fetch` does. */
  post(target: PostTarget, post: Post, watch: CallWatch): Promise<PostedAnswer>;
  /** What `work` sends by `fetch` is told to the watch. */
  run<Result>(watch: CallWatch, work: () => Promise<Result>): Promise<Result>;
  /** Ends connections that are kept open. */
  close(): Promise<void>;
}

/** What undici's type declarations of its DecoratorHandler leave out. */
interface HandlerMethods {
  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void;
  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders, message?: string): void;
  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void;
}

/** By then nobody waits for a connection any more; it would be tried for ever. */
const longestConnectMs = 60_000;

/** Loads undici. No limits of time of its own: those are the watch's. */
export async function watchedFetch(): Promise<WatchedFetch> {
  const { Agent, DecoratorHandler, fetch: send, Pool } = await import('undici');
  const watches = new AsyncLocalStorage<CallWatch>();

  const Handler = DecoratorHandler as unknown as new (handler: Dispatcher.DispatchHandler) => HandlerMethods;

  class Telling extends Handler {
    readonly #watch: CallWatch;

    constructor(handler: Dispatcher.DispatchHandler, watch: CallWatch) {
      super(handler);
      this.#watch = watch;
    }

    override onRequestStart(...given: Parameters<HandlerMethods['onRequestStart']>): void {
      this.#watch.sent();
      // To the socket, whatever the SDK makes of its own signal.
      this.#watch.onAbort((reason) => given[0].abort(reason instanceof Error ? reason : new Error(String(reason))));
      super.onRequestStart(...given);
    }

    override onResponseStart(...given: Parameters<HandlerMethods['onResponseStart']>): void {
      this.#watch.responded(given[1], given[2]);
      super.onResponseStart(...given);
    }

    override onResponseData(...given: Parameters<HandlerMethods['onResponseData']>): void {
      this.#watch.received();
      super.onResponseData(...given);
    }
  }

  const settings = { headersTimeout: 0, bodyTimeout: 0, connect: { timeout: longestConnectMs } };
  const agent = new Agent(settings);
  /** By origin: an agent looks for the one anew at each request, which takes a quarter of the time of a post. */
  const pools = new Map<string, Dispatcher>();
  const poolOf = (origin: string): Dispatcher => {
    let pool = pools.get(origin);
    if (pool === undefined) {
      pool = new Pool(origin, settings);
      pools.set(origin, pool);
    }
    return pool;
  };
  const dispatcher = agent.compose((dispatch) => (options, handler) => {
    const watch = watches.getStore();
    return dispatch(options, watch === undefined ? handler : new Telling(handler, watch));
  });
  return {
    fetch: (async (input: string, init?: RequestInit) => {
      try {
        return await send(input, { ...(init as object), redirect: 'error', dispatcher });
      } catch (error) {
        watches.getStore()?.failed(error);
        throw error;
      }
    }) as unknown as typeof fetch,
    post: (target, post, watch) => postTo(target, post, { dispatcher: poolOf(target.origin), watch }),
    run: (watch, work) => watches.run(watch, work),
    close: async () => {
      await Promise.all([agent, ...pools.values()].map((one) => one.close()));
    },
  };
}
