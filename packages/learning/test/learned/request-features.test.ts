import { analyze } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestFeatureNames, requestFeatures } from '../../src/learned/request-features.ts';
import { analysisWith } from '../analysis-fixture.ts';

describe('requestFeatures', () => {
  it('gives a finite number for each name, whatever the text', () => {
    const text = fc.oneof(fc.string({ maxLength: 200, unit: 'grapheme' }), fc.constantFrom('', ' ', '\n\n', '```', '1. 2. 3.', 'a'.repeat(5000)));
    fc.assert(
      fc.property(text, (request) => {
        const features = requestFeatures(analyze({ id: 'any', text: request }));
        expect(features).toHaveLength(requestFeatureNames.length);
        expect([...features].every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('starts with an intercept of 1', () => {
    expect(requestFeatures(analysisWith({ chunks: 7 }))[0]).toBe(1);
  });

  it('grows with each count that it is named after, and moves nothing else', () => {
    const changes = { words: { words: 400 }, chunks: { chunks: 6 }, edges: { edges: 4 }, depth: { depth: 3 }, materials: { materialWords: 50 }, 'code names': { names: 3 }, complexity: { score: 0.9 } };
    const before = requestFeatures(analysisWith());
    for (const [name, counts] of Object.entries(changes)) {
      const after = requestFeatures(analysisWith(counts));
      const moved = requestFeatureNames.filter((_, index) => after[index] !== before[index]);
      expect(moved).toEqual([name]);
      const position = requestFeatureNames.indexOf(name as (typeof requestFeatureNames)[number]);
      expect(after[position]).toBeGreaterThan(before[position] as number);
    }
  });
});
