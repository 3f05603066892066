import { ModelError, virtualClock } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RecordedAnswer, recordedModel } from '../../src/recorded/recorded-model.ts';
import { callWith } from '../scripted-model.ts';

const answerThat = (changes: Partial<RecordedAnswer> = {}): RecordedAnswer => ({
  text: 'recorded',
  usage: { inputTokens: 10, outputTokens: 4 },
  costUsd: 0.01,
  latencyMs: 800,
  ...changes,
});

function recorded(answers: Readonly<Record<string, RecordedAnswer>>) {
  const clock = virtualClock();
  return { clock, model: recordedModel('taped', new Map(Object.entries(answers)), clock) };
}

describe('recordedModel', () => {
  test('gives the recorded answer of the request, whatever is said to it', async () => {
    const { model } = recorded({ r1: answerThat({ text: 'one' }), r2: answerThat({ text: 'two' }) });
    expect(await model.complete(callWith({ requestId: 'r2' }))).toEqual({ ...answerThat({ text: 'two' }), finishReason: 'stop' });
    expect(await model.complete(callWith({ requestId: 'r1', seed: 9, temperature: 0, messages: [] }))).toMatchObject({ text: 'one' });
  });

  test.each(['r3', '', 'constructor'])('does not guess what was not recorded: an error names the request "%s" and the model', async (requestId) => {
    const { model } = recorded({ r1: answerThat() });
    const missed = model.complete(callWith({ requestId }));
    await expect(missed).rejects.toBeInstanceOf(ModelError);
    await expect(missed).rejects.toMatchObject({ kind: 'not-recorded', modelId: 'taped', transient: false });
    await expect(missed).rejects.toThrow(`taped for the request ${requestId}`);
  });

  test('says of an answer that is longer than it may be that it was cut off', async () => {
    const { model } = recorded({ r1: answerThat() });
    const ends = await Promise.all([3, 4, 5].map((maxOutputTokens) => model.complete(callWith({ maxOutputTokens }))));
    expect(ends.map(({ finishReason }) => finishReason)).toEqual(['length', 'stop', 'stop']);
  });

  test('takes the time that the recorded call took', async () => {
    const { model, clock } = recorded({ r1: answerThat({ latencyMs: 1234.5 }) });
    expect((await model.complete(callWith())).latencyMs).toBe(1234.5);
    expect(clock.now()).toBe(1234.5);
  });

  test('calls at the same time take theirs at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 10_000 }), { minLength: 1, maxLength: 8 }), async (latencies) => {
        const { model, clock } = recorded(Object.fromEntries(latencies.map((latencyMs, index) => [`r${index}`, answerThat({ latencyMs })])));
        const doneAt = await Promise.all(latencies.map((_, index) => model.complete(callWith({ requestId: `r${index}` })).then(() => clock.now())));
        expect(doneAt).toEqual(latencies);
      }),
    );
  });

  test('what was not recorded of a call stays unknown, and takes no time', async () => {
    const { model, clock } = recorded({ r1: answerThat({ latencyMs: null, costUsd: null }) });
    expect(await model.complete(callWith())).toMatchObject({ latencyMs: null, costUsd: null });
    expect(clock.now()).toBe(0);
  });
});
