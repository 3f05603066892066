import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runInOrder } from '../../src/experiment/run-in-order.ts';

/** Work that ends after so many turns of the event loop. */
const anyDelays = fc.array(fc.nat(6), { maxLength: 30 });
const anyConcurrency = fc.integer({ min: 1, max: 12 });

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await nextTurn();
}

interface Watched {
  readonly finished: number[];
  readonly begun: number[];
  mostAtOnce: number;
  underWay: number;
}

/** Items are their own positions; `run` gives ten times that. */
function watch(delays: readonly number[], changed: Partial<Parameters<typeof runInOrder<number, number>>[2]> = {}) {
  const watched: Watched = { finished: [], begun: [], mostAtOnce: 0, underWay: 0 };
  const steps = {
    run: async (item: number) => {
      watched.begun.push(item);
      watched.mostAtOnce = Math.max(watched.mostAtOnce, ++watched.underWay);
      await turns(delays[item] ?? 0);
      watched.underWay--;
      return changed.run === undefined ? item * 10 : changed.run(item);
    },
    finish: (result: number, item: number) => {
      expect(result).toBe(item * 10);
      watched.finished.push(item);
      changed.finish?.(result, item);
    },
    mayStart: changed.mayStart ?? (() => 'now' as const),
  };
  return { watched, steps, items: delays.map((_, index) => index) };
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

describe('runInOrder', () => {
  it('hands on every result in the order of the work, whatever is done first', async () => {
    await fc.assert(
      fc.asyncProperty(anyDelays, anyConcurrency, async (delays, concurrency) => {
        const { watched, steps, items } = watch(delays);
        expect(await runInOrder(items, concurrency, steps)).toBe(true);
        expect(watched.finished).toEqual(items);
      }),
    );
  });

  it('hands a result on as soon as it and all before it are done', async () => {
    const { watched, steps, items } = watch([0, 0, 0, 200, 0]);
    const running = runInOrder(items, 2, steps);
    await turns(50);
    expect(watched.finished).toEqual([0, 1, 2]);
    await running;
    expect(watched.finished).toEqual([0, 1, 2, 3, 4]);
  });

  it('runs as many at once as it may, and no more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 }), anyConcurrency, async (delays, concurrency) => {
        const { watched, steps, items } = watch(delays);
        await runInOrder(items, concurrency, steps);
        expect(watched.mostAtOnce).toBe(Math.min(concurrency, delays.length));
      }),
    );
  });

  it('stops at an error: what was done before it in order is finished, nothing after it is, and it is thrown', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(6), { minLength: 1, maxLength: 30 }), fc.nat(29), anyConcurrency, async (delays, at, concurrency) => {
        fc.pre(at < delays.length);
        const { watched, steps, items } = watch(delays, { run: async (item) => (item === at ? Promise.reject(new Error(`no ${at}`)) : item * 10) });
        await expect(runInOrder(items, concurrency, steps)).rejects.toThrow(`no ${at}`);
        expect(watched.finished).toEqual(upTo(at));
        expect(watched.underWay).toBe(0);
      }),
    );
  });

  it('begins nothing any more after an error', async () => {
    const { watched, steps, items } = watch(
      upTo(30).map(() => 2),
      { run: async (item) => (item === 3 ? Promise.reject(new Error('no')) : item * 10) },
    );
    await expect(runInOrder(items, 4, steps)).rejects.toThrow('no');
    // Those that ran beside it.
    expect(Math.max(...watched.begun)).toBeLessThan(8);
  });

  it('throws the first of several errors in order, not in time', async () => {
    const { watched, steps, items } = watch([9, 6, 3, 0], { run: async (item) => Promise.reject(new Error(`no ${item}`)) });
    await expect(runInOrder(items, 4, steps)).rejects.toThrow('no 0');
    expect(watched.finished).toEqual([]);
  });

  it('leaves no rejection unhandled while earlier work still runs', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', listen);
    try {
      const { steps, items } = watch([50, 0], { run: async (item) => (item === 1 ? Promise.reject(new Error('early')) : item * 10) });
      await expect(runInOrder(items, 2, steps)).rejects.toThrow('early');
      await wait(5);
    } finally {
      process.off('unhandledRejection', listen);
    }
    expect(unhandled).toEqual([]);
  });

  it('begins nothing any more when a result cannot be handed on', async () => {
    const finish = (_result: number, item: number) => {
      if (item === 2) throw new Error('the disk is full');
    };
    const { watched, steps, items } = watch(
      upTo(50).map(() => 1),
      { finish },
    );
    await expect(runInOrder(items, 2, steps)).rejects.toThrow('the disk is full');
    expect(watched.finished).toEqual([0, 1, 2]);
    expect(watched.begun.length).toBeLessThan(10);
  });

  it('stops where it may not start, finishes what runs, and says so', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(6), { minLength: 1, maxLength: 30 }), fc.nat(29), anyConcurrency, async (delays, limit, concurrency) => {
        fc.pre(limit < delays.length);
        const { watched, steps, items } = watch(delays, { mayStart: (item) => (item < limit ? 'now' : 'never') });
        expect(await runInOrder(items, concurrency, steps)).toBe(false);
        expect(watched.begun.toSorted((a, b) => a - b)).toEqual(upTo(limit));
        expect(watched.finished).toEqual(upTo(limit));
      }),
    );
  });

  it('asks in order whether it may start, and never again after a no', async () => {
    const asked: number[] = [];
    const { steps, items } = watch([3, 1, 4, 1, 5, 9, 2, 6], {
      mayStart: (item) => {
        asked.push(item);
        return item === 4 ? 'never' : 'now';
      },
    });
    await runInOrder(items, 3, steps);
    expect(asked).toEqual([0, 1, 2, 3, 4]);
  });

  it('holds back what may start later only, and all after it, until something was handed on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(6), { minLength: 1, maxLength: 30 }),
        anyConcurrency,
        fc.integer({ min: 1, max: 4 }),
        async (delays, concurrency, most) => {
          // As with a budget: at most so many are begun and not yet handed on.
          let begun = 0;
          const { watched, steps, items } = watch(delays, {
            mayStart: () => {
              expect(begun - watched.finished.length).toBeLessThanOrEqual(most);
              if (begun - watched.finished.length >= most) return 'later';
              begun++;
              return 'now';
            },
          });
          expect(await runInOrder(items, concurrency, steps)).toBe(true);
          expect(watched.begun).toEqual(items);
          expect(watched.finished).toEqual(items);
          expect(watched.mostAtOnce).toBeLessThanOrEqual(Math.min(most, concurrency));
        },
      ),
    );
  });

  it('does not wait for ever when what it waits for fails, or cannot be handed on', async () => {
    for (const changed of [
      { run: async () => Promise.reject(new Error('no')) },
      {
        finish: () => {
          throw new Error('no');
        },
      },
    ]) {
      let asked = 0;
      const { watched, steps, items } = watch([3, 3, 3], { ...changed, mayStart: () => (asked++ === 0 ? 'now' : 'later') });
      await expect(runInOrder(items, 3, steps)).rejects.toThrow('no');
      expect(watched.begun).toEqual([0]);
    }
  });

  it('does nothing for nothing', async () => {
    expect(await runInOrder([], 3, watch([]).steps)).toBe(true);
  });
});
