import { analyze, armId, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collaborateFrom, heuristicPolicy, heuristicStrategy } from '../../src/policies/heuristic.ts';
import { analysisWith } from '../analysis-fixture.ts';
import { heuristicArms } from '../arm-fixture.ts';

describe('heuristicStrategy', () => {
  it('answers a single part directly, independent parts in a batch, dependent ones in order, and the hardest together', () => {
    expect(heuristicStrategy(analysisWith({ chunks: 1 }))).toBe('direct');
    expect(heuristicStrategy(analysisWith({ chunks: 3 }))).toBe('batch');
    expect(heuristicStrategy(analysisWith({ chunks: 3, edges: 1 }))).toBe('orchestrate');
    expect(heuristicStrategy(analysisWith({ chunks: 1, score: collaborateFrom }))).toBe('collaborate');
  });

  it('has exactly one strategy for each structure, and goes by structure alone', () => {
    const counts = fc.record({ chunks: fc.integer({ min: 1, max: 50 }), edges: fc.nat(50), score: fc.double({ min: 0, max: 1, noNaN: true }) });
    fc.assert(
      fc.property(counts, fc.string(), fc.string(), (structure, text, other) => {
        const strategy = heuristicStrategy(analysisWith({ ...structure, text }));
        const expected = structure.score >= collaborateFrom ? 'collaborate' : structure.chunks === 1 ? 'direct' : structure.edges > 0 ? 'orchestrate' : 'batch';
        expect(strategy).toBe(expected);
        expect(heuristicStrategy(analysisWith({ ...structure, text: other, words: 9, materials: 2 }))).toBe(strategy);
      }),
    );
  });

  it('tells texts of different structure apart', () => {
    const of = (text: string) => heuristicStrategy(analyze({ id: 'text', text }));
    expect(of('Name the capital of France.')).toBe('direct');
    expect(of('1. Name the capital of France.\n2. Name the longest river of Peru.\n3. Name the tallest tree of Kenya.')).toBe('batch');
    expect(of('First write a function `parse(text)`. Then write tests for `parse`.')).toBe('orchestrate');
  });
});

describe('heuristicPolicy', () => {
  it('takes the arm that stands for the strategy, for certain', () => {
    const policy = heuristicPolicy(heuristicArms);
    for (const analysis of [analysisWith(), analysisWith({ chunks: 2 }), analysisWith({ chunks: 2, edges: 1 }), analysisWith({ score: 1 })]) {
      const arm = heuristicArms[heuristicStrategy(analysis)];
      expect(policy.decide(analysis, seededRandom(1))).toEqual({ arm, armId: armId(arm), propensity: 1, candidates: [{ armId: armId(arm), propensity: 1 }] });
    }
  });
});
