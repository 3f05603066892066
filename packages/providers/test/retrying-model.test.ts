import { type AnswerDelta, ModelError, type ModelErrorKind, seededRandom, virtualClock } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RetrySettings, retryingModel } from '../src/retrying-model.ts';
import { callWith, type ScriptedEnd, scriptedModel } from './scripted-model.ts';

const random = seededRandom('retrying');
const settings: RetrySettings = { maxRetries: 3, baseDelayMs: 100 };

function retrying(ends: readonly ScriptedEnd[], takesMs = 0, changes: Partial<RetrySettings> & { readonly luck?: string } = {}) {
  const clock = virtualClock();
  const inner = scriptedModel(clock, ends, takesMs);
  const { luck = 'any', ...changed } = changes;
  return { clock, inner, model: retryingModel(inner, { clock, random: random.child(luck), settings: { ...settings, ...changed } }) };
}

const rateLimited = (retryAfterMs?: number) =>
  new ModelError('rate-limited', 'scripted', 'too many requests', retryAfterMs === undefined ? {} : { retryAfterMs });
/** From one try to the next. */
const gaps = (times: readonly number[]) => times.slice(1).map((time, index) => time - (times[index] as number));

describe('retryingModel', () => {
  test('goes by the name of the model it tries', () => {
    expect(retrying([{}]).model.id).toBe('scripted');
  });

  test.each<ModelErrorKind>(['rate-limited', 'timeout', 'unavailable'])('tries again after an error that passes: %s', async (kind) => {
    const { model, inner } = retrying([kind, kind, { text: 'at last' }]);
    expect(await model.complete(callWith())).toMatchObject({ text: 'at last', usage: { inputTokens: 3, outputTokens: 2 }, costUsd: 0.5 });
    expect(inner.begunAt).toHaveLength(3);
  });

  test.each<ModelErrorKind>(['refused', 'cancelled', 'not-recorded', 'unknown-model'])('does not after one that stays: %s', async (kind) => {
    const { model, inner, clock } = retrying([kind, {}]);
    await expect(model.complete(callWith())).rejects.toMatchObject({ kind });
    expect(inner.begunAt).toEqual([0]);
    expect(clock.now()).toBe(0);
  });

  test('does not after a fault of the program', async () => {
    const fault = new TypeError('undefined is not a function');
    const { model, inner } = retrying([fault, {}]);
    await expect(model.complete(callWith())).rejects.toBe(fault);
    expect(inner.begunAt).toHaveLength(1);
  });

  test('gives up with the last error when the tries are used up', async () => {
    const errors = [rateLimited(), rateLimited(), new ModelError('unavailable', 'scripted', 'down'), new ModelError('timeout', 'scripted', 'too slow')];
    const { model, inner } = retrying(errors, 0, { maxRetries: 3 });
    await expect(model.complete(callWith())).rejects.toBe(errors[3]);
    expect(inner.begunAt).toHaveLength(4);
  });

  test('stops at an error that stays in the midst of those that pass', async () => {
    const { model, inner } = retrying(['timeout', 'refused', {}]);
    await expect(model.complete(callWith())).rejects.toMatchObject({ kind: 'refused' });
    expect(inner.begunAt).toHaveLength(2);
  });

  test('tries once when it may not repeat', async () => {
    const { model, inner } = retrying(['timeout', {}], 0, { maxRetries: 0 });
    await expect(model.complete(callWith())).rejects.toMatchObject({ kind: 'timeout' });
    expect(inner.begunAt).toHaveLength(1);
  });

  test('waits at random, for at most the base, then twice, then four times that', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async (luck) => {
        const { model, inner } = retrying(['unavailable'], 0, { luck });
        await expect(model.complete(callWith())).rejects.toBeInstanceOf(ModelError);
        const waits = gaps(inner.begunAt);
        expect(waits).toHaveLength(3);
        waits.forEach((wait, attempt) => {
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(100 * 2 ** attempt);
        });
      }),
    );
  });

  test('makes use of the whole of that time', async () => {
    const waits = await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const { model, inner } = retrying(['timeout', 'timeout', 'timeout', {}], 0, { luck: `${index}` });
        await model.complete(callWith());
        return gaps(inner.begunAt);
      }),
    );
    [100, 200, 400].forEach((most, attempt) => {
      const own = waits.map((ofTry) => ofTry[attempt] as number);
      expect(Math.min(...own)).toBeLessThan(0.1 * most);
      expect(Math.max(...own)).toBeGreaterThan(0.9 * most);
    });
  });

  test('calls that failed together do not come back together', async () => {
    const clock = virtualClock();
    const inner = scriptedModel(clock, ['rate-limited', 'rate-limited', 'rate-limited', 'rate-limited', {}]);
    const model = retryingModel(inner, { clock, random, settings });
    await Promise.all([0, 1, 2, 3].map((seed) => model.complete(callWith({ seed }))));
    expect(inner.begunAt.slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect(new Set(inner.begunAt.slice(4)).size).toBe(4);
  });

  test('waits alike in every run with the same luck', async () => {
    const timesOf = async () => {
      const { model, inner } = retrying(['timeout', 'timeout', {}]);
      await model.complete(callWith());
      return inner.begunAt;
    };
    expect(await timesOf()).toEqual(await timesOf());
  });

  test('waits at least as long as the provider asks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 100_000 }), fc.string(), async (retryAfterMs, luck) => {
        const { model, inner } = retrying([rateLimited(retryAfterMs), {}], 0, { luck });
        await model.complete(callWith());
        const [wait] = gaps(inner.begunAt);
        expect(wait).toBeGreaterThanOrEqual(retryAfterMs);
        expect(wait).toBeLessThanOrEqual(Math.max(retryAfterMs, 100));
      }),
    );
  });

  test('an abort ends the wait, and nothing is tried any more', async () => {
    const { model, inner, clock } = retrying([rateLimited(60_000), {}]);
    const controller = new AbortController();
    const reason = new Error('enough');
    const pending = model.complete(callWith(), { signal: controller.signal });
    const ended = expect(pending).rejects.toMatchObject({ kind: 'cancelled', modelId: 'scripted', cause: reason });
    await clock.sleep(500);
    controller.abort(reason);
    await ended;
    expect(clock.now()).toBe(500);
    await clock.sleep(100_000);
    expect(inner.begunAt).toHaveLength(1);
  });

  test('hands the signal on to the model', async () => {
    const { model, clock } = retrying([{}], 1000);
    const controller = new AbortController();
    const ended = expect(model.complete(callWith(), { signal: controller.signal })).rejects.toMatchObject({ kind: 'cancelled' });
    await clock.sleep(10);
    controller.abort();
    await ended;
    expect(clock.now()).toBe(10);
  });

  test('the latency of an answer counts failed tries and waits', async () => {
    const { model, inner, clock } = retrying([rateLimited(1000), 'timeout', {}], 70);
    const answer = await model.complete(callWith());
    expect(answer.latencyMs).toBe(clock.now());
    expect(answer.latencyMs).toBe((inner.begunAt[2] as number) + 70);
    expect(answer.latencyMs).toBeGreaterThan(1000 + 3 * 70);
  });

  test('the latency of a first answer is left as the model states it', async () => {
    const { model } = retrying([{ latencyMs: 12 }], 70);
    expect((await model.complete(callWith())).latencyMs).toBe(12);
  });

  test('a latency that nobody knows stays unknown', async () => {
    const { model } = retrying(['timeout', { latencyMs: null }], 70);
    expect((await model.complete(callWith())).latencyMs).toBeNull();
  });

  describe('of tries that are charged though they failed', () => {
    const charged = (kind: ModelErrorKind, costUsd: number | null = 0.25) =>
      new ModelError(kind, 'scripted', kind, { charged: { usage: { inputTokens: 10, outputTokens: 1 }, costUsd } });

    test('adds what they cost to the answer', async () => {
      const { model } = retrying([charged('timeout'), 'rate-limited', charged('unavailable'), {}]);
      expect(await model.complete(callWith())).toMatchObject({ usage: { inputTokens: 23, outputTokens: 4 }, costUsd: 1 });
      const unknown = retrying([charged('timeout', null), {}]);
      expect(await unknown.model.complete(callWith())).toMatchObject({ usage: { inputTokens: 13, outputTokens: 3 }, costUsd: null });
    });

    test('adds it to the error, where all fail, and where the wait is aborted', async () => {
      const { model } = retrying([charged('timeout'), charged('refused')]);
      await expect(model.complete(callWith())).rejects.toMatchObject({
        kind: 'refused',
        charged: { usage: { inputTokens: 20, outputTokens: 2 }, costUsd: 0.5 },
      });
      const aborted = retrying([charged('unavailable'), {}], 0, { baseDelayMs: 1e6 });
      const controller = new AbortController();
      const ended = expect(aborted.model.complete(callWith(), { signal: controller.signal })).rejects.toMatchObject({
        kind: 'cancelled',
        charged: { costUsd: 0.25 },
      });
      await aborted.clock.sleep(1);
      controller.abort();
      await ended;
    });

    test('withdraws what they streamed before the next try, once, and nothing where nothing came', async () => {
      const { model } = retrying([charged('unavailable'), 'timeout', {}]);
      const deltas: AnswerDelta[] = [];
      await model.complete(callWith(), { onDelta: (delta) => deltas.push(delta) });
      expect(deltas).toEqual([{ kind: 'text', text: 'half an ans' }, { kind: 'withdrawn' }, { kind: 'text', text: 'the answer' }]);
    });
  });
});
