import { describe, expect, test } from 'vitest';
import { answerOf, callFor, simulate } from './example-world.ts';

const lucks = 800;
const right = answerOf('parse', 'right');
const wrong = answerOf('parse', 'wrong');
const slack = (share: number) => 4 * Math.sqrt((share * (1 - share)) / lucks);

/** Replies to the question which of two answers is better, over many lucks. */
async function verdicts(
  candidates: readonly [string, string],
  given: { readonly judgement?: number; readonly seed?: number } = {},
): Promise<readonly string[]> {
  const call = callFor('prefer', { request: ['parse'], candidates }, { seed: given.seed ?? 0 });
  const profile = { judgement: given.judgement ?? 0.6 };
  return Promise.all(Array.from({ length: lucks }, async (_, luck) => (await simulate({ luck, profile }).model.complete(call)).text));
}

const shareOf = (all: readonly string[], wanted: string) => all.filter((text) => text === wanted).length / lucks;

describe('a simulated model that is asked which of two answers is better', () => {
  test('replies with one digit, which costs one token', async () => {
    expect(new Set(await verdicts([right, wrong]))).toEqual(new Set(['1', '2']));
    const { usage, finishReason } = await simulate().model.complete(callFor('prefer', { request: ['parse'], candidates: [right, wrong] }));
    expect(usage.outputTokens).toBe(1);
    expect(usage.inputTokens).toBeGreaterThan(50);
    expect(finishReason).toBe('stop');
  });

  test('prefers the right one with the log odds of its judgement, wherever it stands', async () => {
    for (const judgement of [0.3, 1.5]) {
      const expected = 1 / (1 + Math.exp(-judgement));
      expect(Math.abs(shareOf(await verdicts([right, wrong], { judgement }), '1') - expected)).toBeLessThan(slack(expected));
      expect(Math.abs(shareOf(await verdicts([wrong, right], { judgement }), '2') - expected)).toBeLessThan(slack(expected));
    }
  });

  test('cannot tell two wrong ones, or two right ones, apart', async () => {
    for (const pair of [
      [wrong, answerOf('parse', 'partial')],
      [right, answerOf('parse', 'right', 1)],
    ] as const) {
      expect(Math.abs(shareOf(await verdicts(pair), '1') - 0.5)).toBeLessThan(slack(0.5));
    }
  });

  test('judges anew with another seed', async () => {
    const [first, again, other] = [await verdicts([right, wrong]), await verdicts([right, wrong]), await verdicts([right, wrong], { seed: 1 })];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});
