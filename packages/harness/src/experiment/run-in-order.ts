/** Runs work concurrently and hands on the results in the order of the work, never of its completion. */
import pLimit from 'p-limit';

type Settled<Result> = { readonly kind: 'done'; readonly result: Result } | { readonly kind: 'refused' } | { readonly kind: 'failed'; readonly error: unknown };

/** `later`: once something that is under way has been handed on; there must be such a thing. */
export type Start = 'now' | 'later' | 'never';

export interface OrderedSteps<Item, Result> {
  /** undefined where it found that the work may not be done: as if `mayStart` had said never. */
  readonly run: (item: Item) => Promise<Result | undefined>;
  readonly finish: (result: Result, item: Item) => void;
  /** Asked in order: of an item only when all before it have started. */
  readonly mayStart: (item: Item) => Start;
}

/**
 * Calls `finish` for each item in order, as soon as it and all before it are done. When `run` or `finish` throws, or
 * `mayStart` says never, nothing further is begun, and what was finished in order stays finished; the first error in order
 * is thrown once nothing is under way any more. Returns false when `mayStart`, or `run`, stopped it.
 */
export async function runInOrder<Item, Result>(items: readonly Item[], concurrency: number, steps: OrderedSteps<Item, Result>): Promise<boolean> {
  const limit = pLimit(concurrency);
  let stopped = false;
  let handedOn = Promise.withResolvers<void>();
  const handOn = (): void => {
    handedOn.resolve();
    handedOn = Promise.withResolvers();
  };
  const maySoonStart = async (item: Item): Promise<boolean> => {
    for (;;) {
      const start = stopped ? 'never' : steps.mayStart(item);
      if (start !== 'later') return start === 'now';
      await handedOn.promise;
    }
  };
  let turnstile: Promise<unknown> = Promise.resolve();
  // An error is kept as a value: its turn may come long after it was thrown.
  const running = items.map((item) =>
    limit(async (): Promise<Settled<Result>> => {
      try {
        const passed = turnstile.then(() => maySoonStart(item));
        turnstile = passed.catch(() => undefined);
        const result = (await passed) ? await steps.run(item) : undefined;
        if (result !== undefined) return { kind: 'done', result };
        stopped = true;
        handOn();
        return { kind: 'refused' };
      } catch (error) {
        stopped = true;
        handOn();
        return { kind: 'failed', error };
      }
    }),
  );
  let failure: { readonly error: unknown } | undefined;
  let complete = true;
  for (const [index, promise] of running.entries()) {
    const settled = await promise;
    if (failure !== undefined) continue;
    if (settled.kind === 'refused') complete = false;
    else if (settled.kind === 'failed') failure = settled;
    else {
      try {
        steps.finish(settled.result, items[index] as Item);
      } catch (error) {
        stopped = true;
        failure = { error };
      }
      handOn();
    }
  }
  if (failure !== undefined) throw failure.error;
  return complete;
}
