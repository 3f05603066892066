import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LanguageModel, ModelCall } from '../src/language-model.ts';
import { meteredModels } from '../src/metered-models.ts';
import { ModelError } from '../src/model-error.ts';
import { prompts } from '../src/prompts/prompts.ts';
import { virtualClock } from '../src/virtual-clock.ts';
import { type Reply, scriptedModels } from './scripted-models.ts';

const call: ModelCall = {
  requestId: 'request',
  messages: [
    { role: 'system', content: prompts.answer },
    { role: 'user', content: 'Hello' },
  ],
  temperature: 0,
  maxOutputTokens: 10,
  seed: 0,
};

/** Meters one call for each reply, all at once. */
async function meter(replies: readonly Reply[]) {
  const left = [...replies];
  const { models } = scriptedModels(virtualClock(), { m: () => left.shift() as Reply });
  const metered = meteredModels(models);
  const results = await Promise.allSettled(replies.map(() => metered.models('m').complete(call)));
  return { usage: metered.usage(), results };
}

const anyUsage = fc.record({ inputTokens: fc.nat(5000), outputTokens: fc.nat(5000) });
/** Quarters of a dollar, so that sums are exact in any order. */
const anyCost = fc.nat(40).map((quarters) => quarters / 4);

describe('meteredModels', () => {
  test('has counted nothing before the first call', async () => {
    expect((await meter([])).usage).toEqual({ modelCalls: 0, failedCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, latencyKnown: true });
  });

  test('adds up calls, tokens and costs, counts failures as calls, and lets one unknown make the whole unknown', async () => {
    const anyReply: fc.Arbitrary<Reply> = fc.oneof(
      { weight: 5, arbitrary: fc.record({ usage: anyUsage, costUsd: anyCost, takesMs: fc.nat(20) }) },
      { weight: 1, arbitrary: fc.record({ usage: anyUsage, costUsd: fc.constant(null), takesMs: fc.nat(20) }) },
      { weight: 1, arbitrary: fc.record({ usage: anyUsage, costUsd: anyCost, latencyMs: fc.constant(null) }) },
      { weight: 1, arbitrary: fc.record({ error: fc.constantFrom('timeout', 'refused', 'rate-limited'), takesMs: fc.nat(20) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(anyReply, { maxLength: 8 }), async (replies) => {
        const { usage } = await meter(replies);
        const answers = replies.filter(({ error }) => error === undefined);
        const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
        expect(usage).toEqual({
          modelCalls: replies.length,
          failedCalls: replies.length - answers.length,
          inputTokens: sum(answers.map((answer) => answer.usage?.inputTokens ?? 0)),
          outputTokens: sum(answers.map((answer) => answer.usage?.outputTokens ?? 0)),
          costUsd: answers.some(({ costUsd }) => costUsd === null) ? null : sum(answers.map(({ costUsd }) => costUsd ?? 0)),
          latencyKnown: !answers.some(({ latencyMs }) => latencyMs === null),
        });
      }),
    );
  });

  test('gives back what the model gives, and throws what it throws', async () => {
    const bug = new TypeError('bug');
    const { results, usage } = await meter([{ text: 'hello', costUsd: 1 }, { error: 'timeout' }, { error: bug }]);
    expect(results[0]).toMatchObject({ status: 'fulfilled', value: { text: 'hello', costUsd: 1 } });
    expect(results[1]).toMatchObject({ status: 'rejected', reason: expect.any(ModelError) });
    expect(results[2]).toMatchObject({ status: 'rejected', reason: bug });
    // A bug is not a call of the model.
    expect(usage).toMatchObject({ modelCalls: 2, failedCalls: 1 });
  });

  test('hands call and signal on, keeps the id, and wraps each model once', async () => {
    const received: unknown[] = [];
    const model: LanguageModel = {
      id: 'the-model',
      complete: async (...given) => {
        received.push(...given);
        return { text: '', finishReason: 'stop', usage: { inputTokens: 0, outputTokens: 0 }, costUsd: 0, latencyMs: 0 };
      },
    };
    const looked: string[] = [];
    const { models } = meteredModels((id) => {
      looked.push(id);
      return model;
    });
    const { signal } = new AbortController();
    await models('x').complete(call, { signal });
    expect(received).toEqual([call, { signal }]);
    expect(models('x')).toBe(models('x'));
    expect(models('x').id).toBe('the-model');
    expect(looked).toEqual(['x']);
  });

  test('lets the directory refuse an unknown model, and does not count it', () => {
    const { models, usage } = meteredModels(scriptedModels(virtualClock(), {}).models);
    expect(() => models('nobody')).toThrow(ModelError);
    expect(usage().modelCalls).toBe(0);
  });

  test('counts what a call that gave no answer is charged', async () => {
    const charged = (costUsd: number | null) =>
      new ModelError('timeout', 'm', 'too slow', { charged: { usage: { inputTokens: 5, outputTokens: 2 }, costUsd } });
    const answer: Reply = { usage: { inputTokens: 1, outputTokens: 1 }, costUsd: 0.5 };
    expect((await meter([answer, { error: charged(0.25) }])).usage).toEqual({
      modelCalls: 2,
      failedCalls: 1,
      inputTokens: 6,
      outputTokens: 3,
      costUsd: 0.75,
      latencyKnown: true,
    });
    expect((await meter([{ error: charged(null) }, answer])).usage.costUsd).toBeNull();
  });
});
