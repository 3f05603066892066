import { type SharedRate, virtualClock } from '@ratchet/core';
import { describe, expect, test } from 'vitest';
import { sharedTraffic } from '../../src/resilience/shared-traffic.ts';
import { traffic } from '../../src/resilience/traffic.ts';

/** As a database keeps it: what is not there is taken in advance. */
function rateOf(perMinute: number, clock: ReturnType<typeof virtualClock>) {
  let [left, at, pausedUntil] = [perMinute, clock.now(), 0];
  const given: number[] = [];
  const rate: SharedRate = {
    take: async () => {
      left = Math.min(perMinute, left + ((clock.now() - at) * perMinute) / 60_000) - 1;
      at = clock.now();
      return Math.max(0, (-left * 60_000) / perMinute, pausedUntil - clock.now());
    },
    giveBack: async (tokens) => {
      given.push(tokens);
    },
    pause: async (ms) => {
      pausedUntil = clock.now() + ms;
    },
  };
  return { rate, given };
}

describe('a limit that processes share', () => {
  test('holds for all of them together, in about the time that it takes', async () => {
    const clock = virtualClock();
    const { rate, given } = rateOf(60, clock);
    const onFault = (error: unknown) => {
      throw error;
    };
    const processes = [1, 2, 3].map(() => sharedTraffic(traffic(clock, { concurrency: 64, requestsPerMinute: 60 }), { rate, clock, onFault }));
    const begun: number[] = [];
    await Promise.all(
      Array.from({ length: 150 }, async (_, index) => {
        const pass = await (processes[index % 3] as (typeof processes)[number]).enter(10, undefined);
        begun.push(clock.now());
        await clock.sleep(200);
        pass.succeeded(7);
      }),
    );
    begun.sort((a, b) => a - b);
    // In any minute no more than a full bucket and what came back within it.
    for (const [index, at] of begun.entries()) expect(begun.slice(index).filter((other) => other < at + 60_000).length).toBeLessThanOrEqual(121);
    // 60 at once, and 90 more, one a second.
    expect(begun.at(-1)).toBeGreaterThan(89_000);
    expect(begun.at(-1)).toBeLessThan(100_000);
    expect(given).toEqual(Array(150).fill(3));
  });

  test('pauses for all when one of them is refused', async () => {
    const clock = virtualClock();
    const { rate } = rateOf(60, clock);
    const [one, two] = [1, 2].map(() => sharedTraffic(traffic(clock, { concurrency: 8 }), { rate, clock, onFault: () => undefined }));
    (await one?.enter(1, undefined))?.throttled(5000);
    const before = clock.now();
    await two?.enter(1, undefined);
    expect(clock.now() - before).toBe(5000);
  });

  test('lets no call through where it cannot be asked for, and says so', async () => {
    const clock = virtualClock();
    const faults: unknown[] = [];
    const { rate } = rateOf(60, clock);
    const own = traffic(clock, { concurrency: 1 });
    const gone = { ...rate, take: () => Promise.reject(new Error('gone')) };
    await expect(sharedTraffic(own, { rate: gone, clock, onFault: (error) => faults.push(error) }).enter(1, undefined)).rejects.toThrow('gone');
    expect(faults).toHaveLength(1);
    // Its place is free again.
    (await own.enter(1, undefined)).ended();
  });
});
