import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ModelError, virtualClock } from '@ratchet/core';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { answerCache } from '../../src/exchanges/answer-cache.ts';
import { openExchangeFile } from '../../src/exchanges/exchange-file.ts';
import { exchangeKey } from '../../src/exchanges/exchange-key.ts';
import { exchangeSession, recordingModel, replayingModel } from '../../src/exchanges/recorded-exchanges.ts';
import { describeLanguageModel } from '../language-model-conformance.ts';
import { callWith, type ScriptedEnd, scriptedModel } from '../scripted-model.ts';

const directory = mkdtempSync(join(tmpdir(), 'ratchet-exchanges-'));
let files = 0;
const newFile = () => join(directory, `deep/${++files}.jsonl`);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const usage = { inputTokens: 9, outputTokens: 4, cachedInputTokens: 3, reasoningTokens: 1 };
const charged = { usage: { inputTokens: 7, outputTokens: 1, estimated: true as const }, costUsd: 0.25 };
const ends: readonly ScriptedEnd[] = [
  { text: 'first', usage, rawFinishReason: 'end_turn' },
  { text: 'second', finishReason: 'length', costUsd: null },
  new ModelError('unavailable', 'scripted', 'broke off', { charged }),
  'refused',
  'cancelled',
];

describe('a cassette', () => {
  test('gives again what was recorded, equal calls in their order, with cost, usage and time', async () => {
    const file = newFile();
    const clock = virtualClock();
    const model = recordingModel(scriptedModel(clock, ends, 70), { cassette: openExchangeFile(file), session: exchangeSession('a'), clock });
    const live = [];
    for (let index = 0; index < ends.length; index++) live.push(await model.complete(callWith()).catch((error: unknown) => error));
    const later = virtualClock();
    const replayed = replayingModel('scripted', { cassette: openExchangeFile(file), session: exchangeSession('a'), clock: later });
    for (const expected of live.slice(0, 2)) expect(await replayed.complete(callWith())).toEqual(expected);
    await expect(replayed.complete(callWith())).rejects.toMatchObject({ kind: 'unavailable', charged });
    expect(later.now()).toBe(210);
    await expect(replayed.complete(callWith())).rejects.toMatchObject({ kind: 'refused', charged: undefined });
    // That somebody went away is nothing that a model said.
    await expect(replayed.complete(callWith())).rejects.toMatchObject({ kind: 'not-recorded' });
  });

  test('lacks what another attempt asked, and says of what it lacks which request it was', async () => {
    const file = newFile();
    const clock = virtualClock();
    const cassette = openExchangeFile(file);
    await recordingModel(scriptedModel(clock, [{}]), { cassette, session: exchangeSession('a'), clock }).complete(callWith());
    const other = replayingModel('scripted', { cassette, session: exchangeSession('b'), clock });
    await expect(other.complete(callWith())).rejects.toMatchObject({ kind: 'not-recorded', message: expect.stringMatching(/scripted for "b" to: "Hello\?"/) });
  });

  test('drops a line that a crash cut off, and refuses one that is none, with its place', () => {
    const file = newFile();
    const exchange = {
      key: 'k',
      model: 'm',
      attempt: 'a',
      messages: [],
      end: { kind: 'error' as const, error: 'timeout' as const, message: 'late', latencyMs: 1 },
    };
    openExchangeFile(file).put(exchange);
    const whole = readFileSync(file, 'utf8');
    appendFileSync(file, '{"key":"half');
    expect(openExchangeFile(file).get('k')).toEqual(exchange);
    expect(readFileSync(file, 'utf8')).toBe(whole);
    appendFileSync(file, '{"key":"whole"}\n');
    expect(() => openExchangeFile(file)).toThrow(`${file}:2: not a recorded exchange`);
  });
});

describeLanguageModel('replayingModel', () => {
  const clock = virtualClock();
  const cassette = openExchangeFile(newFile());
  const answer = { kind: 'answer' as const, text: 'recorded', finishReason: 'stop' as const, usage, costUsd: 0.5, latencyMs: 900 };
  for (const seed of [0, 1, 2, 3, 4]) {
    const key = exchangeSession('a').keyOf('taped', callWith({ seed }));
    cassette.put({ key, model: 'taped', attempt: 'a', messages: [], end: answer });
  }
  // Sessions tell equal calls apart by their order; here each call is the first of its own.
  return {
    model: { id: 'taped', complete: (call, options) => replayingModel('taped', { cassette, session: exchangeSession('a'), clock }).complete(call, options) },
    clock,
    call: callWith(),
  };
});

describe('exchangeKey', () => {
  test('differs where anything of the request, the model or the scope does, and not where who asks does', () => {
    const call = callWith({ stop: ['x'] });
    const key = exchangeKey('m', call, ['s']);
    expect(exchangeKey('m', { ...call, requestId: 'other', timeoutMs: 9 }, ['s'])).toBe(key);
    const others = [
      exchangeKey('n', call, ['s']),
      exchangeKey('m', call, ['t']),
      exchangeKey('m', call, ['s', '1']),
      ...(
        [
          { seed: 1 },
          { temperature: 0.8 },
          { maxOutputTokens: 999 },
          { stop: ['y'] },
          { json: 'object' },
          { messages: [{ role: 'system', content: 'Hello?' }] },
        ] as const
      ).map((change) => exchangeKey('m', { ...call, ...change }, ['s'])),
    ];
    expect(new Set([key, ...others]).size).toBe(others.length + 1);
  });

  test('two texts never run into each other', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string({ minLength: 1 }), (a, b, moved) => {
        const of = (...contents: readonly string[]) => exchangeKey('m', callWith({ messages: contents.map((content) => ({ role: 'user', content })) }), []);
        expect(of(a + moved, b)).not.toBe(of(a, moved + b));
      }),
    );
  });
});

describe('answerCache', () => {
  const parts = { scope: ['1'], attempt: 'a' };

  test('asks once for equal calls of a scope, keeps it for later runs, and does not know how long it took', async () => {
    const file = newFile();
    const clock = virtualClock();
    const inner = scriptedModel(clock, [{ text: 'one', costUsd: 0.5 }, { text: 'two' }], 10);
    const open = (scope: string) => answerCache(openExchangeFile(file))(inner, { scope: [scope], attempt: 'a' });
    expect(await open('1').complete(callWith())).toMatchObject({ text: 'one', latencyMs: 10 });
    expect(await open('1').complete(callWith())).toMatchObject({ text: 'one', latencyMs: null, costUsd: 0.5 });
    expect(await open('2').complete(callWith())).toMatchObject({ text: 'two', latencyMs: 10 });
    expect(inner.begunAt).toHaveLength(2);
  });

  test('asks once for equal calls at the same time, whichever of its models they are of', async () => {
    const inner = scriptedModel(virtualClock(), [{ text: 'one', costUsd: 0.5 }, { text: 'two' }], 10);
    const cache = answerCache(openExchangeFile(newFile()));
    const ask = (scope: string) => cache(inner, { scope: [scope], attempt: 'a' }).complete(callWith());
    const answers = await Promise.all([ask('1'), ask('1'), ask('2'), ask('1')]);
    expect(answers.map(({ text, latencyMs, costUsd }) => [text, latencyMs, costUsd])).toEqual([
      ['one', 10, 0.5],
      ['one', null, 0.5],
      ['two', 10, 0.5],
      ['one', null, 0.5],
    ]);
    expect(inner.begunAt).toHaveLength(2);
  });

  test('keeps no errors, and who waited for a call that failed asks for itself', async () => {
    const inner = scriptedModel(virtualClock(), ['unavailable', { text: 'now' }], 10);
    const model = answerCache(openExchangeFile(newFile()))(inner, parts);
    const [first, second] = await Promise.allSettled([model.complete(callWith()), model.complete(callWith())]);
    expect(first).toMatchObject({ status: 'rejected', reason: { kind: 'unavailable' } });
    expect(second).toMatchObject({ status: 'fulfilled', value: { text: 'now', latencyMs: 10 } });
    expect(await model.complete(callWith())).toMatchObject({ text: 'now', latencyMs: null });
    expect(inner.begunAt).toEqual([0, 10]);
  });

  test('a call that waits can be aborted; the one it waits for goes on', async () => {
    const inner = scriptedModel(virtualClock(), [{ text: 'one' }], 10);
    const model = answerCache(openExchangeFile(newFile()))(inner, parts);
    const impatient = new AbortController();
    const first = model.complete(callWith());
    const second = model.complete(callWith(), { signal: impatient.signal });
    impatient.abort();
    await expect(second).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(model.complete(callWith(), { signal: AbortSignal.abort() })).rejects.toMatchObject({ kind: 'cancelled' });
    expect(await first).toMatchObject({ text: 'one', latencyMs: 10 });
    expect(inner.begunAt).toHaveLength(1);
  });
});
