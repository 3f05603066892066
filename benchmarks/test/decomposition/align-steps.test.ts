import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alignSteps, contentWords, overlap } from '../../src/decomposition/align-steps.ts';

describe('alignSteps', () => {
  test('pairs what shares most first, each once', () => {
    const steps = ['find flights to Oslo', 'book the cheapest flight', 'send the booking to Anna'];
    const chunks = ['Please book the cheapest flight you can', 'and find flights to Oslo on Friday', 'Thanks'];
    expect([...alignSteps(chunks, steps)].sort()).toEqual([
      [0, 1],
      [1, 0],
    ]);
  });

  test('leaves apart what shares less than a fifth', () => {
    expect(alignSteps(['one two three four five six seven eight nine ten'], ['ten eleven twelve']).size).toBe(0);
  });

  test('is one to one for any texts', () => {
    const text = fc.array(fc.constantFrom('red', 'blue', 'green', 'the', 'fox'), { maxLength: 4 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), fc.array(text, { maxLength: 5 }), (chunks, steps) => {
        const found = alignSteps(chunks, steps);
        expect(new Set(found.values()).size).toBe(found.size);
        for (const [chunk, step] of found) expect(overlap(contentWords(chunks[chunk] ?? ''), contentWords(steps[step] ?? ''))).toBeGreaterThanOrEqual(0.2);
      }),
    );
  });
});
