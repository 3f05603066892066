import { analyze } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestFeatureCount, requestFeatures, structureFeatureNames } from '../../src/learned/request-features.ts';
import { fitRequestKinds, kindsOf } from '../../src/learned/request-kinds.ts';
import { analysisWith } from '../analysis-fixture.ts';

const kinds = fitRequestKinds(
  Array.from({ length: 60 }, (_, index) => analysisWith({ text: `${'words '.repeat(index)}\`name${index}()\` ${'?'.repeat(index % 3)}` })),
);

describe('requestFeatures', () => {
  it('gives as many finite numbers as there are features, whatever the text', () => {
    const text = fc.oneof(fc.string({ maxLength: 200, unit: 'grapheme' }), fc.constantFrom('', ' ', '\n\n', '```', '1. 2. 3.', 'a'.repeat(5000)));
    fc.assert(
      fc.property(text, fc.constantFrom(null, kinds), (request, known) => {
        const features = requestFeatures(analyze({ id: 'any', text: request }), known);
        expect(features).toHaveLength(requestFeatureCount);
        expect([...features].every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('starts with an intercept of 1', () => {
    expect(requestFeatures(analysisWith({ chunks: 7 }), null)[0]).toBe(1);
  });

  it('grows with each count that it is named after, and moves nothing else', () => {
    const changes = {
      words: { words: 400 },
      chunks: { chunks: 6 },
      edges: { edges: 4 },
      depth: { depth: 3 },
      materials: { materialWords: 50 },
      'code names': { names: 3 },
      complexity: { score: 0.9 },
    };
    const before = requestFeatures(analysisWith(), null);
    for (const [name, counts] of Object.entries(changes)) {
      const after = requestFeatures(analysisWith(counts), null);
      const position = structureFeatureNames.indexOf(name as (typeof structureFeatureNames)[number]);
      expect([...after.keys()].filter((index) => after[index] !== before[index])).toEqual([position]);
      expect(after[position]).toBeGreaterThan(before[position] as number);
    }
  });

  it('marks the kinds that a request is of, and none where none are known', () => {
    expect(kinds).not.toBeNull();
    if (kinds === null) return;
    const analysis = analysisWith({ text: '`name()` and more?' });
    const [without, marked] = [requestFeatures(analysis, null), requestFeatures(analysis, kinds)];
    const size = structureFeatureNames.length;
    expect(without.slice(size).every((value) => value === 0)).toBe(true);
    expect(marked.slice(0, size)).toEqual(without.slice(0, size));
    expect([...marked.keys()].filter((index) => index >= size && marked[index] === 1)).toEqual(kindsOf(analysis, kinds).map((cell) => size + cell));
  });
});
