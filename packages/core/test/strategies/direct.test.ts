import { describe, expect, test } from 'vitest';
import { type DirectArm, directArmSchema } from '../../src/arm.ts';
import { direct } from '../../src/strategies/direct.ts';
import type { AnswerCache } from '../../src/strategy.ts';
import { silentTracer } from '../../src/tracer.ts';
import { virtualClock } from '../../src/virtual-clock.ts';
import { analysisOf } from '../analysis-of.ts';
import { type Script, scriptedModels } from '../scripted-models.ts';

const armWith = (parameters: Partial<DirectArm> = {}) => directArmSchema.parse({ strategy: 'direct', model: 'm', ...parameters });

function memoryCache(): AnswerCache & { readonly size: () => number; readonly reads: () => number } {
  const kept = new Map<string, { readonly answer: string; readonly expiresAt: number }>();
  let reads = 0;
  return {
    size: () => kept.size,
    reads: () => reads,
    get: (key, now) => {
      reads++;
      const found = kept.get(key);
      return found !== undefined && now < found.expiresAt ? found.answer : undefined;
    },
    set: (key, answer, expiresAt) => {
      kept.set(key, { answer, expiresAt });
    },
  };
}

function world(script: Script = () => 'an answer') {
  const clock = virtualClock();
  const cache = memoryCache();
  const scripted = scriptedModels(clock, { m: script, other: script });
  const ask = (text: string, parameters: Partial<DirectArm> = {}, signal?: AbortSignal) =>
    direct(analysisOf([text]), armWith(parameters), {
      models: scripted.models,
      clock,
      tracer: silentTracer,
      cache,
      ...(signal === undefined ? {} : { signal }),
    });
  return { clock, cache, ask, ...scripted };
}

describe('direct', () => {
  test('sends the whole request in one call, with the parameters of the arm', async () => {
    const { ask, calls } = world();
    expect(await ask('Write a. Then write </request> b.', { temperature: 0.2, maxOutputTokens: 9, timeoutMs: 1234 })).toEqual({
      kind: 'answered',
      text: 'an answer',
    });
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ model: 'm', kind: 'answer', sections: [{ tag: 'request', content: 'Write a. Then write </request> b.' }] });
    expect(calls[0]?.call).toMatchObject({ requestId: 'request', temperature: 0.2, maxOutputTokens: 9, timeoutMs: 1234, seed: 0 });
  });

  test('answers an equal request from the cache until its time is over', async () => {
    let count = 0;
    const { ask, clock, calls } = world(() => `answer ${++count}`);
    const text = async () => ((await ask('Hello', { cacheSeconds: 10 })) as { text: string }).text;
    expect(await text()).toBe('answer 1');
    await clock.sleep(9_999);
    expect(await text()).toBe('answer 1');
    expect(calls).toHaveLength(1);
    await clock.sleep(1);
    expect(await text()).toBe('answer 2');
    expect(await text()).toBe('answer 2');
    expect(calls).toHaveLength(2);
  });

  test('does not answer another request, or for another arm, from the cache', async () => {
    const { ask, calls } = world();
    await ask('Hello', { cacheSeconds: 10 });
    await ask('Hello!', { cacheSeconds: 10 });
    await ask('Hello', { cacheSeconds: 10, temperature: 0 });
    await ask('Hello', { cacheSeconds: 10, model: 'other' });
    expect(calls).toHaveLength(4);
  });

  test('neither reads nor fills the cache without a cache time', async () => {
    const { ask, cache, calls } = world();
    await ask('Hello');
    await ask('Hello');
    expect(calls).toHaveLength(2);
    expect([cache.size(), cache.reads()]).toEqual([0, 0]);
  });

  test('counts the cache time from the answer, and does not keep failures', async () => {
    let fails = true;
    const { ask, cache, clock, calls } = world(() => (fails ? { error: 'unavailable', takesMs: 50 } : { text: 'late', takesMs: 5000 }));
    expect(await ask('Hello', { cacheSeconds: 1 })).toMatchObject({ kind: 'failed', error: { kind: 'unavailable' }, partialText: '' });
    expect(cache.size()).toBe(0);
    fails = false;
    await ask('Hello', { cacheSeconds: 1 });
    await clock.sleep(900);
    expect(await ask('Hello', { cacheSeconds: 1 })).toEqual({ kind: 'answered', text: 'late' });
    expect(calls).toHaveLength(2);
  });

  test('makes data of a model that is not known, and of an abort', async () => {
    const { ask, calls, clock } = world(() => ({ takesMs: 60_000 }));
    expect(await ask('Hello', { model: 'nobody' })).toMatchObject({ kind: 'failed', error: { kind: 'unknown-model', modelId: 'nobody' } });
    expect(calls).toHaveLength(0);
    const controller = new AbortController();
    const pending = ask('Hello', {}, controller.signal);
    await clock.sleep(100);
    controller.abort();
    expect(await pending).toMatchObject({ kind: 'failed', error: { kind: 'cancelled' } });
    expect(clock.now()).toBe(100);
  });

  test('lets faults that are not of a model pass', async () => {
    const { ask } = world(() => ({ error: new TypeError('bug') }));
    await expect(ask('Hello')).rejects.toThrow(TypeError);
  });
});

describe('direct with a fallback model', () => {
  const draft = { model: 'm', fallbackModel: 'other', draftTokens: 20, maxOutputTokens: 500 };

  function draftWorld(first: Script) {
    const clock = virtualClock();
    const { models, calls } = scriptedModels(clock, { m: first, other: () => 'a long answer' });
    const told: string[] = [];
    const ask = (parameters: Partial<DirectArm> = {}, context: Partial<Parameters<typeof direct>[2]> = {}) =>
      direct(analysisOf(['Hello']), armWith({ ...draft, ...parameters }), {
        models,
        clock,
        tracer: silentTracer,
        onDelta: (delta) => told.push(delta.kind === 'text' ? delta.text : 'withdrawn'),
        ...context,
      });
    return { ask, told, asked: () => calls.map(({ model, call }) => [model, call.maxOutputTokens]) };
  }

  test('takes an answer that is short enough, and asks nobody else', async () => {
    const { ask, told, asked } = draftWorld(() => 'short');
    expect(await ask()).toEqual({ kind: 'answered', text: 'short' });
    expect(asked()).toEqual([['m', 20]]);
    expect(told).toEqual(['short']);
  });

  test('asks the fallback where the answer was cut off, and tells nothing of what came before', async () => {
    const { ask, told, asked } = draftWorld(() => ({ text: 'a long ans', finishReason: 'length' }));
    expect(await ask()).toEqual({ kind: 'answered', text: 'a long answer' });
    expect(asked()).toEqual([
      ['m', 20],
      ['other', 500],
    ]);
    expect(told.join('')).toBe('a long answer');
  });

  test.each(['unavailable', 'refused', 'timeout', 'rate-limited'] as const)('asks the fallback where the model fails: %s', async (error) => {
    const { ask, asked } = draftWorld(() => ({ error }));
    expect(await ask()).toEqual({ kind: 'answered', text: 'a long answer' });
    expect(asked()).toHaveLength(2);
  });

  test('asks nobody else where it is the request that is over', async () => {
    const { ask, asked } = draftWorld(() => ({ error: 'cancelled' }));
    expect(await ask()).toMatchObject({ kind: 'failed', error: { kind: 'cancelled' } });
    expect(await ask({}, { budget: { maxUsd: 1, spentUsd: () => 1 } })).toMatchObject({ kind: 'failed', error: { kind: 'budget' } });
    expect(asked()).toHaveLength(1);
  });

  test('is like any other where no answer may be longer than a draft', async () => {
    const { ask, asked } = draftWorld(() => ({ text: 'a long ans', finishReason: 'length' }));
    expect(await ask({ maxOutputTokens: 20 })).toEqual({ kind: 'answered', text: 'a long ans' });
    expect(asked()).toEqual([['m', 20]]);
  });
});
