import { type SharedAccount, virtualClock } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sharedSpending } from '../../src/resilience/shared-spending.ts';

/** As a database keeps it; every answer takes a while. */
function accountOf(budgetUsd: number, clock: ReturnType<typeof virtualClock>, answerMs = 3) {
  const holds = new Map<string, number>();
  let spentUsd = 0;
  const heldUsd = () => [...holds.values()].reduce((sum, usd) => sum + usd, 0);
  const account: SharedAccount = {
    reserve: async (id, usd) => {
      await clock.sleep(answerMs);
      if (spentUsd + usd > budgetUsd) return 'never';
      if (spentUsd + heldUsd() + usd > budgetUsd) return 'later';
      holds.set(id, usd);
      return 'held';
    },
    settle: async (id, usd) => {
      await clock.sleep(answerMs);
      if (holds.delete(id)) spentUsd += usd;
    },
    spentUsd: async () => spentUsd,
  };
  return { account, spentUsd: () => spentUsd, heldUsd };
}

let ids = 0;
const partsOf = (clock: ReturnType<typeof virtualClock>, onFault: (error: unknown) => void = () => undefined) => ({
  clock,
  newId: () => `h${++ids}`,
  onFault,
});

describe('an account that processes share', () => {
  test('is never overdrawn by any number of them, and nothing is refused that could be paid once others have given back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ worst: fc.integer({ min: 1, max: 8 }), share: fc.integer({ min: 0, max: 8 }) }), { maxLength: 20 }),
        async (calls) => {
          const clock = virtualClock();
          const { account, spentUsd, heldUsd } = accountOf(16, clock);
          const processes = [sharedSpending(account, partsOf(clock)), sharedSpending(account, partsOf(clock))];
          const ends = await Promise.all(
            calls.map(async ({ worst, share }, index) => {
              const reservation = await processes[index % 2]?.reserve(worst, undefined);
              expect(spentUsd() + heldUsd()).toBeLessThanOrEqual(16);
              await clock.sleep(50);
              reservation?.settle(Math.min(worst, share));
              return reservation === undefined ? worst : 0;
            }),
          );
          await Promise.all(processes.map((one) => one.booked()));
          expect(heldUsd()).toBe(0);
          // What was refused would not fit into what is left.
          for (const worst of ends) if (worst > 0) expect(spentUsd() + worst).toBeGreaterThan(16);
        },
      ),
    );
  });

  test('counts all that was set aside where nobody knows what was spent, and nothing that is given back', async () => {
    const clock = virtualClock();
    const { account, spentUsd } = accountOf(10, clock);
    const money = sharedSpending(account, partsOf(clock));
    (await money.reserve(3, undefined))?.settle(null);
    (await money.reserve(3, undefined))?.refund();
    await money.booked();
    expect(spentUsd()).toBe(3);
    expect(await money.reserve(8, undefined)).toBeUndefined();
    expect(money.spentUsd()).toBe(3);
  });

  test('tells of a fault, and then lends nothing', async () => {
    const clock = virtualClock();
    const faults: unknown[] = [];
    const { account } = accountOf(10, clock);
    const gone = { ...account, reserve: () => Promise.reject(new Error('gone')) };
    expect(
      await sharedSpending(
        gone,
        partsOf(clock, (error) => faults.push(error)),
      ).reserve(1, undefined),
    ).toBeUndefined();
    expect(faults).toEqual([new Error('gone')]);
  });

  test('is waited for no longer than the caller wants', async () => {
    const clock = virtualClock();
    const { account, heldUsd } = accountOf(4, clock);
    const money = sharedSpending(account, partsOf(clock));
    await money.reserve(4, undefined);
    const controller = new AbortController();
    const waiting = money.reserve(1, controller.signal);
    const ended = expect(waiting).rejects.toThrow('enough');
    await clock.sleep(250);
    controller.abort(new Error('enough'));
    await ended;
    expect(heldUsd()).toBe(4);
  });
});
