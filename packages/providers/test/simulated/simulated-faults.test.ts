import { type ModelAnswer, ModelError, seededRandom } from '@ratchet/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { retryingModel } from '../../src/retrying-model.ts';
import { callFor, simulate } from './example-world.ts';

const call = callFor('answer', { request: ['parse', 'essay'] }, { timeoutMs: 20_000 });
const shares = { rateLimitedShare: 0.2, timeoutShare: 0.1, cutOffShare: 0.15 };
const calls = 4000;

interface End {
  readonly end: ModelAnswer | ModelError;
  readonly elapsedMs: number;
}

async function endOf(luck: number, profile: Parameters<typeof simulate>[0] & object): Promise<End> {
  const { model, clock } = simulate({ ...profile, luck });
  const end = await model.complete(call).catch((error: ModelError) => error);
  return { end, elapsedMs: clock.now() };
}

describe('faults of a simulated model', () => {
  let ends: readonly End[];
  beforeAll(async () => {
    ends = await Promise.all(Array.from({ length: calls }, (_, luck) => endOf(luck, { profile: shares })));
  });
  const errors = (kind: string) => ends.filter(({ end }) => end instanceof ModelError && end.kind === kind);
  const answers = () => ends.flatMap(({ end }) => (end instanceof ModelError ? [] : [end]));
  const expectShare = (count: number, share: number) => expect(Math.abs(count / calls - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / calls));

  test('are refusals for too many requests, at their share, with the time to wait', () => {
    expectShare(errors('rate-limited').length, shares.rateLimitedShare);
    for (const { end, elapsedMs } of errors('rate-limited')) {
      expect(end).toMatchObject({ modelId: 'sim', transient: true });
      expect((end as ModelError).retryAfterMs).toBeGreaterThan(0);
      expect(elapsedMs).toBeLessThan(500);
    }
  });

  test('are calls that hang until their time limit, at their share', () => {
    expectShare(errors('timeout').length, shares.timeoutShare);
    for (const { end, elapsedMs } of errors('timeout')) {
      expect(end).toMatchObject({ modelId: 'sim', transient: true, message: expect.stringContaining('20000 ms') });
      expect(elapsedMs).toBe(20_000);
    }
  });

  test('are answers that end too early, at their share: a part of the whole, and marked', async () => {
    const cut = answers().filter(({ finishReason }) => finishReason === 'length');
    expectShare(cut.length, shares.cutOffShare);
    const wholes = await Promise.all(ends.slice(0, 300).map((_, luck) => endOf(luck, {})));
    let compared = 0;
    ends.slice(0, 300).forEach(({ end }, luck) => {
      const whole = wholes[luck]?.end as ModelAnswer;
      if (end instanceof ModelError) return;
      if (end.finishReason === 'stop') {
        expect(end.text).toBe(whole.text);
        return;
      }
      compared++;
      expect(whole.text.startsWith(end.text)).toBe(true);
      expect(end.text.length).toBeLessThan(whole.text.length);
      expect(end.usage.outputTokens).toBeLessThan(whole.usage.outputTokens);
    });
    expect(compared).toBeGreaterThan(10);
  });

  test('are no others', () => {
    expect(errors('rate-limited').length + errors('timeout').length + answers().length).toBe(calls);
  });

  test('do not occur where their shares are nothing', async () => {
    const faultless = await Promise.all(Array.from({ length: 500 }, (_, luck) => endOf(luck, {})));
    for (const { end } of faultless) expect(end).toMatchObject({ finishReason: 'stop' });
  });

  test('befall each try anew, so that to try again helps', async () => {
    const tries = await Promise.all(
      Array.from({ length: 300 }, async (_, luck) => {
        const { model, clock } = simulate({ profile: { rateLimitedShare: 0.5 }, luck });
        const settings = { maxRetries: 12, baseDelayMs: 10 };
        return (await retryingModel(model, { clock, random: seededRandom('retry'), settings }).complete(call)).finishReason;
      }),
    );
    expect(tries).toEqual(tries.map(() => 'stop'));
  });

  test('leave the answer of a later try as it would have been', async () => {
    for (let luck = 0; luck < 40; luck++) {
      const { model, clock } = simulate({ profile: { rateLimitedShare: 0.5, timeoutShare: 0.2 }, luck });
      const settings = { maxRetries: 60, baseDelayMs: 10 };
      const { text } = await retryingModel(model, { clock, random: seededRandom('retry'), settings }).complete(call);
      expect(text).toBe(((await endOf(luck, {})).end as ModelAnswer).text);
    }
  });

  test('include answers that are slower than their time limit', async () => {
    const { model, clock } = simulate({ profile: { firstTokenMs: 60_000 } });
    await expect(model.complete(call)).rejects.toMatchObject({ kind: 'timeout', modelId: 'sim', transient: true });
    expect(clock.now()).toBe(20_000);
  });

  test('end also a call without a time limit, some time', async () => {
    const { model, clock } = simulate({ profile: { timeoutShare: 1 } });
    const { timeoutMs: _none, ...unlimited } = call;
    await expect(model.complete(unlimited)).rejects.toMatchObject({ kind: 'timeout', message: expect.not.stringContaining('Infinity') });
    expect(clock.now()).toBeGreaterThan(20_000);
    expect(Number.isFinite(clock.now())).toBe(true);
  });
});
