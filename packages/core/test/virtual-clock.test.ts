import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../src/system-clock.ts';
import { virtualClock } from '../src/virtual-clock.ts';

/** Tasks that sleep several times each: who wakes when, by the definition of the clock (earliest, then first to sleep). */
function expectedWakings(tasks: readonly (readonly number[])[]): readonly (readonly [number, number])[] {
  let order = 0;
  let now = 0;
  const sleepers = tasks.flatMap((durations, task) =>
    durations.length === 0 ? [] : [{ task, step: 0, at: Math.max(0, durations[0] as number), order: order++ }],
  );
  const wakings: [number, number][] = [];
  while (sleepers.length > 0) {
    sleepers.sort((a, b) => a.at - b.at || a.order - b.order);
    const woken = sleepers.shift() as (typeof sleepers)[number];
    now = woken.at;
    wakings.push([woken.task, now]);
    const next = tasks[woken.task]?.[woken.step + 1];
    if (next !== undefined) sleepers.push({ task: woken.task, step: woken.step + 1, at: now + Math.max(0, next), order: order++ });
  }
  return wakings;
}

const anyDuration = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ min: 0, max: 1e6, noNaN: true }));

describe('virtualClock', () => {
  test('starts at 0, and stands still while nobody sleeps', async () => {
    const clock = virtualClock();
    expect(clock.now()).toBe(0);
    for (let step = 0; step < 100; step++) await Promise.resolve();
    expect(clock.now()).toBe(0);
  });

  test('wakes any set of sleepers in the order of time, those of one time in the order in which they went to sleep', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyDuration, { maxLength: 30 }), async (durations) => {
        const clock = virtualClock();
        const woken: { readonly index: number; readonly at: number }[] = [];
        await Promise.all(
          durations.map(async (duration, index) => {
            await clock.sleep(duration);
            woken.push({ index, at: clock.now() });
          }),
        );
        const expected = durations.map((at, index) => ({ index, at })).sort((a, b) => a.at - b.at || a.index - b.index);
        expect(woken).toEqual(expected);
      }),
    );
  });

  test('interleaves tasks that sleep again and again as time would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyDuration, { maxLength: 6 }), { maxLength: 8 }), async (tasks) => {
        const clock = virtualClock();
        const woken: (readonly [number, number])[] = [];
        await Promise.all(
          tasks.map(async (durations, task) => {
            for (const duration of durations) {
              await clock.sleep(duration);
              woken.push([task, clock.now()]);
            }
          }),
        );
        expect(woken).toEqual(expectedWakings(tasks));
      }),
    );
  });

  test('lets all work that is due finish before time goes on', async () => {
    const clock = virtualClock();
    const times: number[] = [];
    const busy = async (): Promise<void> => {
      for (let step = 0; step < 1000; step++) await Promise.resolve();
      times.push(clock.now());
    };
    await Promise.all([clock.sleep(1).then(busy), clock.sleep(2)]);
    expect(times).toEqual([1]);
  });

  test('counts timers that are set inside timers from the moment they are set', async () => {
    const clock = virtualClock();
    await clock.sleep(100);
    const [outer, inner] = await Promise.all([
      clock.sleep(50).then(() => clock.now()),
      clock
        .sleep(10)
        .then(() => clock.sleep(10))
        .then(() => clock.now()),
    ]);
    expect([outer, inner]).toEqual([150, 120]);
  });

  test('takes a negative time for no time', async () => {
    const clock = virtualClock();
    await clock.sleep(5);
    const woken: string[] = [];
    await Promise.all([clock.sleep(0).then(() => woken.push('none')), clock.sleep(-3).then(() => woken.push('negative'))]);
    expect(woken).toEqual(['none', 'negative']);
    expect(clock.now()).toBe(5);
  });

  test('wakes thousands of sleepers, all that sleep until the same moment included', async () => {
    const clock = virtualClock();
    const woken: number[] = [];
    const count = 4000;
    await Promise.all(Array.from({ length: count }, (_, index) => clock.sleep(index % 2 === 0 ? 7 : 2 * count - index).then(() => woken.push(index))));
    const even = Array.from({ length: count / 2 }, (_, index) => 2 * index);
    const oddBackwards = Array.from({ length: count / 2 }, (_, index) => count - 1 - 2 * index);
    expect(woken).toEqual([...even, ...oddBackwards]);
    expect(clock.now()).toBe(2 * count - 1);
  });

  test('hundreds of hours pass in an instant', async () => {
    const clock = virtualClock();
    for (let hour = 0; hour < 500; hour++) await clock.sleep(3_600_000);
    expect(clock.now()).toBe(500 * 3_600_000);
  });

  describe('when a sleep is aborted', () => {
    test('it rejects with the reason at once, and neither time nor the others are touched', async () => {
      const clock = virtualClock();
      const controller = new AbortController();
      const reason = new Error('enough');
      const aborted = clock.sleep(100, controller.signal).then(
        () => 'woke',
        (error: unknown) => [error, clock.now()],
      );
      const other = clock.sleep(200).then(() => clock.now());
      await clock.sleep(30);
      controller.abort(reason);
      expect(await aborted).toEqual([reason, 30]);
      expect(await other).toBe(200);
    });

    test('time does not run to the moment at which it would have woken', async () => {
      const clock = virtualClock();
      const controller = new AbortController();
      const aborted = clock.sleep(1_000_000, controller.signal);
      controller.abort('stop');
      await expect(aborted).rejects.toBe('stop');
      await clock.sleep(1);
      // Time enough for a jump, if one were planned.
      await systemClock().sleep(5);
      expect(clock.now()).toBe(1);
    });

    test('by a signal that is aborted already, nobody waits', async () => {
      const clock = virtualClock();
      await expect(clock.sleep(5, AbortSignal.abort('before'))).rejects.toBe('before');
      expect(clock.now()).toBe(0);
    });

    test('after it woke, nothing happens', async () => {
      const clock = virtualClock();
      const controller = new AbortController();
      await clock.sleep(5, controller.signal);
      controller.abort('late');
      await expect(clock.sleep(5)).resolves.toBeUndefined();
      expect(clock.now()).toBe(10);
    });

    test('all sleepers on one signal are released together', async () => {
      const clock = virtualClock();
      const controller = new AbortController();
      const sleepers = Array.from({ length: 50 }, (_, index) => clock.sleep(100 + index, controller.signal));
      const settled = Promise.allSettled(sleepers);
      await clock.sleep(119.5);
      controller.abort('all');
      const kinds = (await settled).map(({ status }) => status);
      expect(kinds.filter((status) => status === 'fulfilled')).toHaveLength(20);
      expect(kinds.filter((status) => status === 'rejected')).toHaveLength(30);
      expect(clock.now()).toBe(119.5);
    });
  });
});
