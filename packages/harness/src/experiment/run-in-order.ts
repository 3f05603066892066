/** Runs work concurrently and hands on the results in the order of the work, never of its completion. */
import pLimit from 'p-limit';

/**
 * Calls `finish` for each item in order, as soon as it and all before it are done. When `run` throws, or `mayStart` says
 * no, nothing further is begun, and what was finished in order stays finished. Returns false when it stopped early.
 */
export async function runInOrder<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  steps: { readonly run: (item: Item) => Promise<Result>; readonly finish: (result: Result, item: Item) => void; readonly mayStart: (item: Item) => boolean },
): Promise<boolean> {
  const limit = pLimit(concurrency);
  let stopped = false;
  const running = items.map((item) =>
    limit(async () => {
      if (stopped || !steps.mayStart(item)) {
        stopped = true;
        return undefined;
      }
      try {
        return { result: await steps.run(item) };
      } catch (error) {
        stopped = true;
        throw error;
      }
    }),
  );
  let failure: { error: unknown } | undefined;
  let complete = true;
  for (const [index, promise] of running.entries()) {
    try {
      const done = await promise;
      if (done === undefined) complete = false;
      else if (complete && failure === undefined) steps.finish(done.result, items[index] as Item);
    } catch (error) {
      failure ??= { error };
    }
  }
  if (failure !== undefined) throw failure.error;
  return complete;
}
