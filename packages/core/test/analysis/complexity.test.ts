import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complexityOf } from '../../src/analysis/complexity.ts';
import type { Structure } from '../../src/analysis.ts';

const nothing: Structure = {
  words: 0,
  characters: 0,
  sentences: 0,
  listItems: 0,
  questions: 0,
  chunks: 1,
  edges: 0,
  depth: 1,
  width: 1,
  names: 0,
  materials: 0,
  materialWords: 0,
};
const count = fc.nat(500);
const anyStructure = fc
  .record({ words: count, chunks: fc.integer({ min: 1, max: 50 }), edges: count, depth: fc.integer({ min: 1, max: 50 }), materialWords: count })
  .map((some): Structure => ({ ...nothing, ...some }));

describe('complexityOf', () => {
  test('is 0 for nothing, small for a short wish, and near 1 for many dependent steps', () => {
    expect(complexityOf(nothing).score).toBe(0);
    expect(complexityOf({ ...nothing, words: 12 }).score).toBeLessThan(0.1);
    expect(complexityOf({ ...nothing, words: 600, chunks: 8, edges: 9, depth: 5 }).score).toBeGreaterThan(0.9);
  });

  test('grows with every aspect, and stays in [0, 1]', () => {
    const aspects = ['words', 'chunks', 'edges', 'depth', 'materialWords'] as const;
    fc.assert(
      fc.property(anyStructure, fc.constantFrom(...aspects), fc.integer({ min: 1, max: 20 }), (structure, aspect, more) => {
        const before = complexityOf(structure);
        const after = complexityOf({ ...structure, [aspect]: structure[aspect] + more });
        expect(after.score).toBeGreaterThanOrEqual(before.score);
        expect(Math.min(before.score, after.score)).toBeGreaterThanOrEqual(0);
        expect(Math.max(before.score, after.score)).toBeLessThanOrEqual(1);
        const sum = (parts: object) => Object.values(parts).reduce((total, part) => total + part, 0);
        expect(sum(after.parts)).toBeGreaterThan(sum(before.parts));
      }),
    );
  });
});
