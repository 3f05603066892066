import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { glancedChunk, glancedCompletion } from '../../src/live/openai-glance.ts';
import { chunkSchema, completionSchema } from '../../src/live/openai-wire.ts';

const odd = fc.constantFrom<unknown>(null, 0, 1.5, true, '', 'stop', [], {}, ['a']);
const text = fc.oneof({ weight: 6, arbitrary: fc.string({ maxLength: 4 }) }, odd);
const part = fc.record({ content: text, refusal: fc.oneof(fc.constant(null), odd), tool_calls: fc.oneof(fc.constant(null), odd) }, { requiredKeys: [] });
const choiceOf = (name: string) =>
  fc.record({ index: fc.nat(2), [name]: fc.oneof({ weight: 6, arbitrary: part }, odd), finish_reason: text }, { requiredKeys: [name] });
const answerOf = (name: string) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ choices: fc.array(choiceOf(name), { minLength: 1, maxLength: 2 }), usage: odd }, { requiredKeys: ['choices'] }) },
    odd,
  );

describe('what is recognised at a glance of the OpenAI API', () => {
  it.each([
    ['an answer', 'message', completionSchema, glancedCompletion],
    ['a piece of one', 'delta', chunkSchema, glancedChunk],
  ] as const)('is %s in order, with what its schema reads in it', (_what, name, schema, glance) => {
    let seen = 0;
    fc.assert(
      fc.property(answerOf(name), (given) => {
        const glanced = glance(given);
        if (glanced === undefined) return;
        seen++;
        expect(given).toMatchObject(schema.parse(given));
        expect(glanced).toBe(given);
      }),
      { numRuns: 400 },
    );
    expect(seen).toBeGreaterThan(5);
  });

  it('is an answer as servers give it', () => {
    const choice = { index: 0, message: { role: 'assistant', content: 'Yes.', refusal: null }, logprobs: null, finish_reason: 'stop' };
    expect(glancedCompletion({ id: 'c', choices: [choice], usage: { prompt_tokens: 1 } })).toBeDefined();
    expect(glancedChunk({ id: 'c', choices: [{ index: 0, delta: { content: 'Yes' }, finish_reason: null }] })).toBeDefined();
  });
});
