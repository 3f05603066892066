/** What every `LanguageModel` must do, whatever answers behind it: a suite that is given a factory. */
import { type AnswerDelta, type Clock, type LanguageModel, type ModelAnswer, type ModelCall, ModelError } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

export interface LanguageModelSubject {
  readonly model: LanguageModel;
  /** By which the model's latency can be measured. */
  readonly clock: Clock;
  /** A call that the model answers, and that takes some time. */
  readonly call: ModelCall;
}

/** `open` makes a fresh subject, the same one for every test. */
export function describeLanguageModel(name: string, open: () => LanguageModelSubject): void {
  describe(`${name} as a language model`, () => {
    test('has a name that stays', () => {
      const { model } = open();
      expect(model.id).not.toBe('');
      expect(open().model.id).toBe(model.id);
    });

    test('gives a whole answer', async () => {
      const { model, call } = open();
      const answer = await model.complete(call);
      expectWhole(answer);
      expect(answer.text).not.toBe('');
    });

    test('takes as long as it says it took', async () => {
      const { model, call, clock } = open();
      const begun = clock.now();
      const { latencyMs } = await model.complete(call);
      const elapsedMs = clock.now() - begun;
      expect(elapsedMs).toBeGreaterThan(0);
      if (latencyMs !== null) expect(Math.abs(elapsedMs - latencyMs)).toBeLessThanOrEqual(1 + 0.05 * elapsedMs);
    });

    test('answers calls that are made at the same time, each on its own', async () => {
      const { model, call } = open();
      const seeds = [0, 1, 2, 3, 4];
      const answers = await Promise.all(seeds.map((seed) => model.complete({ ...call, seed })));
      answers.forEach(expectWhole);
      expect(new Set(answers).size).toBe(seeds.length);
    });

    test('leaves the call as it is', async () => {
      const { model, call } = open();
      // To change what is frozen throws.
      expectWhole(await model.complete(deepFrozen(structuredClone(call))));
    });

    test('streams its answer in order, and all of it before the call ends', async () => {
      const { model, call } = open();
      const deltas: AnswerDelta[] = [];
      const answer = await model.complete(call, { onDelta: (delta) => deltas.push(delta) });
      const given = deltas.length;
      expectWhole(answer);
      expect(joined(deltas)).toBe(answer.text);
      await open().clock.sleep(1);
      expect(deltas).toHaveLength(given);
    });

    test('gives the same answer whether it streams or not', async () => {
      const [quiet, streaming] = [open(), open()];
      const { latencyMs, ...answer } = await quiet.model.complete(quiet.call);
      const { latencyMs: streamedMs, ...streamed } = await streaming.model.complete(streaming.call, { onDelta: () => undefined });
      expect(streamed).toEqual(answer);
      if (latencyMs !== null) expect(streamedMs).toBeCloseTo(latencyMs, 3);
    });

    test('streams nothing after an abort', async () => {
      const usualMs = await usualTime(open);
      const { model, call, clock } = open();
      const controller = new AbortController();
      const deltas: AnswerDelta[] = [];
      const failure = failureOf(model.complete(call, { signal: controller.signal, onDelta: (delta) => deltas.push(delta) }));
      await clock.sleep(usualMs / 2);
      controller.abort();
      await failure;
      const given = deltas.length;
      await clock.sleep(usualMs);
      expect(deltas).toHaveLength(given);
    });

    test('makes no call that was aborted before', async () => {
      const usualMs = await usualTime(open);
      const { model, call, clock } = open();
      const begun = clock.now();
      const error = await failureOf(model.complete(call, { signal: AbortSignal.abort(new Error('too late')) }));
      expect(error).toBeInstanceOf(ModelError);
      expect(error).toMatchObject({ kind: 'cancelled', modelId: model.id, transient: false });
      expect(clock.now() - begun).toBeLessThan(usualMs / 2);
    });

    test('ends a call that is aborted under way at once, with the error for it', async () => {
      const usualMs = await usualTime(open);
      const { model, call, clock } = open();
      const controller = new AbortController();
      const failure = failureOf(model.complete(call, { signal: controller.signal }));
      await clock.sleep(usualMs / 4);
      const abortedAt = clock.now();
      controller.abort(new Error('enough'));
      const error = await failure;
      expect(error).toBeInstanceOf(ModelError);
      expect(error).toMatchObject({ kind: 'cancelled', modelId: model.id, transient: false });
      expect(clock.now() - abortedAt).toBeLessThan(usualMs / 2);
    });

    test('answers calls after one that was aborted', async () => {
      const { model, call } = open();
      await failureOf(model.complete(call, { signal: AbortSignal.abort() }));
      expectWhole(await model.complete(call));
    });

    test('answers any call, or says with an error of its own why not', async () => {
      const message = fc.record({ role: fc.constantFrom('system' as const, 'user' as const, 'assistant' as const), content: fc.string({ unit: 'binary' }) });
      const odd = fc.record({
        requestId: fc.string(),
        messages: fc.array(message, { maxLength: 4 }),
        temperature: fc.double({ min: 0, max: 2, noNaN: true }),
        maxOutputTokens: fc.integer({ min: 1, max: 50 }),
        seed: fc.nat(),
      });
      await fc.assert(
        fc.asyncProperty(odd, async (call) => {
          const { model } = open();
          const end = await model.complete(call).catch((error: unknown) => error);
          if (end instanceof Error) expect(end).toBeInstanceOf(ModelError);
          else expectWhole(end as ModelAnswer);
        }),
        { numRuns: 50 },
      );
    });
  });
}

function expectWhole(answer: ModelAnswer): void {
  expect(typeof answer.text).toBe('string');
  expect(['stop', 'length']).toContain(answer.finishReason);
  for (const tokens of [answer.usage.inputTokens, answer.usage.outputTokens]) {
    expect(Number.isInteger(tokens)).toBe(true);
    expect(tokens).toBeGreaterThanOrEqual(0);
  }
  for (const amount of [answer.costUsd, answer.latencyMs]) {
    if (amount === null) continue;
    expect(Number.isFinite(amount)).toBe(true);
    expect(amount).toBeGreaterThanOrEqual(0);
  }
}

/** What is left of the pieces: a withdrawal takes back all before it. */
function joined(deltas: readonly AnswerDelta[]): string {
  return deltas.reduce((text, delta) => (delta.kind === 'text' ? text + delta.text : ''), '');
}

async function failureOf(pending: Promise<ModelAnswer>): Promise<unknown> {
  return pending.then(
    (answer) => `no failure, but the answer "${answer.text.slice(0, 40)}"`,
    (error: unknown) => error,
  );
}

/** Of the subject's call. */
async function usualTime(open: () => LanguageModelSubject): Promise<number> {
  const { model, call, clock } = open();
  const begun = clock.now();
  await model.complete(call);
  return clock.now() - begun;
}

function deepFrozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) deepFrozen(inner);
    Object.freeze(value);
  }
  return value;
}
