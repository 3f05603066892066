import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrderOfStart, type Piece } from '../../src/experiment/experiment-pieces.ts';

const seed = (number: number, ...policies: string[]): Piece => ({ kind: 'seed', seed: number, policies });

describe('the order in which pieces are begun', () => {
  it('begins with seeds whose policies stay together, then the longest of what is left, and fills up with what is short', () => {
    const [whole, fixed, greedy, oracle, learned] = [
      seed(1, 'heuristic', 'greedy', 'learned'),
      seed(2, 'heuristic'),
      seed(2, 'greedy'),
      seed(2, 'oracle'),
      seed(2, 'learned'),
    ];
    expect(inOrderOfStart([whole, fixed, greedy, oracle, learned])).toEqual([whole, learned, greedy, fixed, oracle]);
  });

  it('begins each piece once, and profiles in the order of the plan', () => {
    const policy = fc.constantFrom('heuristic', 'random', 'greedy', 'oracle', 'learned');
    const piece: fc.Arbitrary<Piece> = fc.oneof(
      fc.nat(99).map((from): Piece => ({ kind: 'profiles', from, to: from + 1 })),
      fc.tuple(fc.nat(9), fc.array(policy, { minLength: 1, maxLength: 4 })).map(([number, policies]) => seed(number, ...policies)),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const begun = inOrderOfStart(pieces);
        expect(new Set(begun)).toEqual(new Set(pieces));
        expect(begun).toHaveLength(pieces.length);
        const profiles = (all: readonly Piece[]): readonly Piece[] => all.filter(({ kind }) => kind === 'profiles');
        expect(profiles(begun)).toEqual(profiles(pieces));
      }),
    );
  });
});
