import { virtualClock } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MovingDeadline, sharedAlarm } from '../../src/live/shared-alarm.ts';

describe('an alarm that calls share', () => {
  it('rings for each deadline that is met while it is kept, no earlier, and for no other', async () => {
    const call = fc.record({ begins: fc.nat(300), lasts: fc.integer({ min: 1, max: 300 }), limit: fc.integer({ min: 1, max: 200 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
        const clock = virtualClock();
        const alarm = sharedAlarm(clock);
        const rung = await Promise.all(
          calls.map(async ({ begins, lasts, limit }) => {
            await clock.sleep(begins);
            const dueAt = clock.now() + limit;
            let at: number | undefined;
            const deadline: MovingDeadline = { dueAt: () => dueAt, mostMs: limit, passed: () => (at = clock.now()) };
            const kept = alarm.keep(deadline);
            await clock.sleep(lasts);
            alarm.release(kept);
            await clock.sleep(1000);
            return at === undefined ? undefined : at - begins;
          }),
        );
        alarm.end();
        for (const [index, { lasts, limit }] of calls.entries()) {
          if (lasts < limit) expect(rung[index]).toBeUndefined();
          else if (lasts > limit) expect(rung[index]).toBe(limit);
        }
      }),
    );
  });

  it('sees a deadline that comes nearer by as much as it may', async () => {
    const clock = virtualClock();
    const alarm = sharedAlarm(clock);
    let dueAt = 1000;
    let rungAt: number | undefined;
    alarm.keep({ dueAt: () => dueAt, mostMs: 100, passed: () => (rungAt = clock.now()) });
    await clock.sleep(350);
    dueAt = 450;
    await clock.sleep(2000);
    expect(rungAt).toBeGreaterThanOrEqual(450);
    expect(rungAt).toBeLessThanOrEqual(500);
  });

  it('lets go of the clock at its end, and once nothing is kept sleeps at most once more', async () => {
    const clock = virtualClock();
    let sleeping = 0;
    const counted = {
      now: clock.now,
      sleep: async (ms: number, signal?: AbortSignal) => {
        sleeping++;
        await clock.sleep(ms, signal).finally(() => sleeping--);
      },
    };
    const alarm = sharedAlarm(counted);
    const deadline: MovingDeadline = { dueAt: () => 1e6, mostMs: 100, passed: () => undefined };
    const kept = alarm.keep(deadline);
    await clock.sleep(1000);
    expect(sleeping).toBe(1);
    alarm.release(kept);
    await clock.sleep(300);
    expect(sleeping).toBe(0);
    alarm.keep(deadline);
    alarm.end();
    await clock.sleep(1);
    expect(sleeping).toBe(0);
  });
});
