import { ModelError, seededRandom, virtualClock } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costUsd, type Price } from '../../src/price.ts';
import { budgetedModel, mostCostUsd, type SpentTry } from '../../src/resilience/budgeted-model.ts';
import { spending } from '../../src/resilience/spending.ts';
import { callWith, type ScriptedEnd, scriptedModel } from '../scripted-model.ts';

const price: Price = { inputUsdPerMTok: 1, outputUsdPerMTok: 4, asOf: '2025-01-31', source: 'a test' };
const call = callWith({ maxOutputTokens: 100 });
const worstUsd = mostCostUsd(call, price);
const answered = (outputTokens: number): ScriptedEnd => {
  const usage = { inputTokens: 10, outputTokens };
  return { usage, costUsd: costUsd(usage, price) };
};
const charged = (outputTokens: number) => {
  const usage = { inputTokens: 10, outputTokens };
  return new ModelError('unavailable', 'scripted', 'broke off', { charged: { usage, costUsd: costUsd(usage, price) } });
};

/** All at once; what was spent is watched at every moment. */
async function race(calls: number, budgetUsd: number, ends: readonly ScriptedEnd[]) {
  const clock = virtualClock();
  const account = spending(budgetUsd);
  const tries: SpentTry[] = [];
  let most = 0;
  const watch = (): void => {
    most = Math.max(most, account.spentUsd() + account.reservedUsd());
  };
  const inner = scriptedModel(clock, ends, 10);
  const model = budgetedModel(inner, { spending: account, price, onSpent: (spent) => tries.push(spent) });
  const results = await Promise.all(
    Array.from({ length: calls }, async (_, seed) => {
      await clock.sleep(seed % 7);
      watch();
      const end = await model.complete({ ...call, seed }).catch((error: unknown) => error as ModelError);
      watch();
      return end;
    }),
  );
  const kinds = results.map((end) => (end instanceof ModelError ? end.kind : 'answered'));
  return { account, tries, most, kinds, asked: inner.begunAt.length };
}

describe('200 calls at once on a budget for 50', () => {
  test('never spend more, and spend it whole where each costs what it may', async () => {
    const worst: ScriptedEnd = { usage: { inputTokens: 10, outputTokens: 100 }, costUsd: worstUsd };
    const { account, most, kinds, asked } = await race(200, 50 * worstUsd + worstUsd / 2, [worst]);
    expect(kinds.filter((kind) => kind === 'answered')).toHaveLength(50);
    expect(kinds.filter((kind) => kind === 'budget')).toHaveLength(150);
    expect(asked).toBe(50);
    expect(most).toBeLessThanOrEqual(50.5 * worstUsd);
    expect([account.spentUsd(), account.reservedUsd()]).toEqual([expect.closeTo(50 * worstUsd, 12), 0]);
  });

  test('what was set aside and not spent, or comes back from a failure, serves others', async () => {
    const { account, kinds, tries, most } = await race(200, 50 * worstUsd, [answered(20), 'unavailable', charged(50), answered(100), 'rate-limited']);
    const spent = tries.reduce((sum, one) => sum + (one.costUsd as number), 0);
    expect(account.spentUsd()).toBeCloseTo(spent, 12);
    expect(account.spentUsd()).toBeLessThanOrEqual(50 * worstUsd);
    expect(most).toBeLessThanOrEqual(50 * worstUsd + 1e-15);
    expect(account.reservedUsd()).toBe(0);
    // The last end of the script costs nothing, so nobody is refused for want of money.
    expect(kinds.filter((kind) => kind === 'budget')).toHaveLength(0);
    expect(kinds.filter((kind) => kind === 'rate-limited')).toHaveLength(196);
  });
});

describe('budgetedModel', () => {
  test('never spends more than there is, whatever calls cost and however they end', async () => {
    const end = fc.oneof(
      fc.nat({ max: 100 }).map(answered),
      fc.nat({ max: 100 }).map(charged),
      fc.constant<ScriptedEnd>('timeout'),
      fc.constant<ScriptedEnd>({ usage: { inputTokens: 10, outputTokens: 1 }, costUsd: null }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(end, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 60 }),
        fc.double({ min: 0, max: 30, noNaN: true }),
        async (ends, calls, times) => {
          const { account, most } = await race(calls, times * worstUsd, ends);
          expect(most).toBeLessThanOrEqual(times * worstUsd * (1 + 1e-12));
          expect(account.spentUsd()).toBeLessThanOrEqual(times * worstUsd);
          expect(account.reservedUsd()).toBe(0);
        },
      ),
    );
  });

  test('what nobody knows the cost of counts as all that it may have cost', async () => {
    const { account, tries } = await race(1, 1, [{ costUsd: null }]);
    expect(account.spentUsd()).toBe(worstUsd);
    expect(tries).toEqual([{ model: 'scripted', end: 'answered', inputTokens: 3, outputTokens: 2, costUsd: null }]);
  });

  test('an abort while waiting for money ends the wait, and holds nothing', async () => {
    const clock = virtualClock();
    const account = spending(worstUsd);
    const model = budgetedModel(scriptedModel(clock, [answered(1)], 100), { spending: account, price });
    const first = model.complete(call);
    const controller = new AbortController();
    const waiting = expect(model.complete(call, { signal: controller.signal })).rejects.toMatchObject({ kind: 'cancelled' });
    await clock.sleep(1);
    controller.abort();
    await waiting;
    await first;
    expect([account.spentUsd(), account.reservedUsd()]).toEqual([costUsd({ inputTokens: 10, outputTokens: 1 }, price), 0]);
  });

  test('the most that a call may cost is above what any tokenizer makes of it', () => {
    const random = seededRandom('texts');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat({ max: 500 }), (content, maxOutputTokens) => {
        const usage = { inputTokens: Buffer.byteLength(content), outputTokens: Math.floor(random.uniform(content) * maxOutputTokens) };
        expect(costUsd(usage, price)).toBeLessThan(mostCostUsd({ messages: [{ role: 'user', content }], maxOutputTokens }, price));
      }),
    );
  });
});
