import { ModelError, seededRandom, virtualClock } from '@ratchet/core';
import { describe, expect, test } from 'vitest';
import { fallbackModel } from '../../src/resilience/fallback-model.ts';
import { retryingModel } from '../../src/retrying-model.ts';
import { callWith, type ScriptedEnd, scriptedModel } from '../scripted-model.ts';

const charged = new ModelError('unavailable', 'scripted', 'broke off', { charged: { usage: { inputTokens: 10, outputTokens: 1 }, costUsd: 0.25 } });

function subject(first: readonly ScriptedEnd[], second: readonly ScriptedEnd[]) {
  const clock = virtualClock();
  const [model, fallback] = [scriptedModel(clock, first, 10), scriptedModel(clock, second, 10)];
  return { model, fallback, both: fallbackModel(model, fallback) };
}

describe('fallbackModel', () => {
  test('asks the other only where the first does not answer', async () => {
    const { both, fallback } = subject([{ text: 'first' }, 'unavailable'], [{ text: 'second' }]);
    expect(await both.complete(callWith())).toMatchObject({ text: 'first' });
    expect(fallback.begunAt).toEqual([]);
    expect(await both.complete(callWith())).toMatchObject({ text: 'second', costUsd: 0.5 });
  });

  test('what the first was charged counts, for the answer or the error', async () => {
    expect(await subject([charged], [{}]).both.complete(callWith())).toMatchObject({ costUsd: 0.75, usage: { inputTokens: 13, outputTokens: 3 } });
    await expect(subject([charged], ['timeout']).both.complete(callWith())).rejects.toMatchObject({ kind: 'timeout', charged: { costUsd: 0.25 } });
  });

  test.each(['refused', 'cancelled', 'budget'] as const)('asks nobody after %s', async (kind) => {
    const { both, fallback } = subject([kind], [{}]);
    await expect(both.complete(callWith())).rejects.toMatchObject({ kind });
    expect(fallback.begunAt).toEqual([]);
  });

  test('asks nobody once a part of an answer was streamed', async () => {
    const { both, fallback } = subject([charged], [{}]);
    await expect(both.complete(callWith(), { onDelta: () => undefined })).rejects.toBe(charged);
    expect(fallback.begunAt).toEqual([]);
  });
});

describe('retryingModel, as live models are retried', () => {
  const settings = { maxRetries: 3, baseDelayMs: 100, longestWaitMs: 5000, afterContent: false };
  const retrying = (ends: readonly ScriptedEnd[]) => {
    const clock = virtualClock();
    const inner = scriptedModel(clock, ends);
    return { inner, model: retryingModel(inner, { clock, random: seededRandom('r'), settings }) };
  };

  test('tries nothing again once a part of an answer was streamed, but does where nothing was', async () => {
    const shown = retrying([charged, {}]);
    await expect(shown.model.complete(callWith(), { onDelta: () => undefined })).rejects.toBe(charged);
    expect(shown.inner.begunAt).toHaveLength(1);
    const before = retrying(['unavailable', charged, {}]);
    await expect(before.model.complete(callWith(), { onDelta: () => undefined })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(before.inner.begunAt).toHaveLength(2);
    const quiet = retrying([charged, {}]);
    expect(await quiet.model.complete(callWith())).toMatchObject({ text: 'the answer' });
  });

  test('does not wait for longer than it may', async () => {
    const long = new ModelError('rate-limited', 'scripted', 'tomorrow', { retryAfterMs: 86_400_000 });
    const { inner, model } = retrying([long, {}]);
    await expect(model.complete(callWith())).rejects.toBe(long);
    expect(inner.begunAt).toHaveLength(1);
  });
});
