import { analyze } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { structureFeatureCount, structureFeatureNames, structureFeatures } from '../../src/learned/structure-features.ts';
import { analysisWith } from '../analysis-fixture.ts';

describe('structureFeatures', () => {
  it('gives as many finite numbers as there are features, whatever the text, and begins with an intercept of 1', () => {
    const text = fc.oneof(fc.string({ maxLength: 200, unit: 'grapheme' }), fc.constantFrom('', ' ', '\n\n', '```', '1. 2. 3.', 'a'.repeat(5000)));
    fc.assert(
      fc.property(text, (request) => {
        const features = structureFeatures(analyze({ id: 'any', text: request }));
        expect(features).toHaveLength(structureFeatureCount);
        expect(features.every(Number.isFinite)).toBe(true);
        expect(features[0]).toBe(1);
      }),
      { numRuns: 60 },
    );
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
    const before = structureFeatures(analysisWith());
    for (const [name, counts] of Object.entries(changes)) {
      const after = structureFeatures(analysisWith(counts));
      const position = structureFeatureNames.indexOf(name as (typeof structureFeatureNames)[number]);
      expect([...after.keys()].filter((index) => after[index] !== before[index])).toEqual([position]);
      expect(after[position]).toBeGreaterThan(before[position] as number);
    }
  });
});
