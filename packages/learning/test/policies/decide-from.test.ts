import { type Random, seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideFrom } from '../../src/policies/decide-from.ts';
import { batchMini, collaborateBoth, directLarge, directMini, orchestrateMini } from '../arm-fixture.ts';

const arms = [directMini, directLarge, batchMini, orchestrateMini, collaborateBoth];
const ids = ['a', 'b', 'c', 'd', 'e'];
/** Some weights are 0; at least one is not. */
const propensities = fc
  .array(fc.oneof(fc.constant(0), fc.double({ min: 0.001, max: 1, noNaN: true })), { minLength: arms.length, maxLength: arms.length })
  .filter((weights) => weights.some((weight) => weight > 0))
  .map(normalised);

describe('decideFrom', () => {
  it('chooses each arm as often as its propensity says', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const vector = normalised([1, 2, 3, 4, 10]);
      const random = seededRandom('frequencies', seed);
      const decisions = 4000;
      const counts = new Map<string, number>();
      for (let index = 0; index < decisions; index++) {
        const { armId } = decideFrom(arms, ids, vector, random.child(index));
        counts.set(armId, (counts.get(armId) ?? 0) + 1);
      }
      const chiSquare = ids.reduce((sum, id, index) => {
        const expected = decisions * (vector[index] as number);
        return sum + ((counts.get(id) ?? 0) - expected) ** 2 / expected;
      }, 0);
      // 4 degrees of freedom: above 23.5 once in 10,000.
      expect(chiSquare).toBeLessThan(23.5);
    }
  });

  it('logs the propensity of the arm that it chose, and of every arm that it could have chosen', () => {
    fc.assert(
      fc.property(propensities, fc.nat(), (vector, seed) => {
        const decision = decideFrom(arms, ids, vector, seededRandom(seed));
        const position = ids.indexOf(decision.armId);
        expect(decision.arm).toBe(arms[position]);
        expect(decision.propensity).toBe(vector[position]);
        expect(decision.propensity).toBeGreaterThan(0);
        expect(decision.candidates).toEqual(ids.flatMap((armId, index) => ((vector[index] as number) > 0 ? [{ armId, propensity: vector[index] }] : [])));
      }),
    );
  });

  it('never chooses an arm of probability 0, at either end of the draw', () => {
    fc.assert(
      fc.property(propensities, fc.constantFrom(0, 0.5, 1 - 2 ** -53), (vector, draw) => {
        expect(decideFrom(arms, ids, vector, always(draw)).propensity).toBeGreaterThan(0);
      }),
    );
  });

  it('chooses the last possible arm where rounding makes the vector sum to less than the draw', () => {
    const short = [0.3, 0.3, 0.4 - 1e-12, 0, 0];
    expect(decideFrom(arms, ids, short, always(1 - 2 ** -53)).armId).toBe('c');
  });

  it('decides alike for equal sources of chance', () => {
    const vector = normalised([1, 1, 1, 1, 1]);
    const chosen = (seed: number) => Array.from({ length: 20 }, (_, index) => decideFrom(arms, ids, vector, seededRandom(seed, index)).armId);
    expect(chosen(1)).toEqual(chosen(1));
    expect(chosen(1)).not.toEqual(chosen(2));
  });
});

function normalised(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Draws this number, whatever the key. */
function always(draw: number): Random {
  return { ...seededRandom(0), uniform: () => draw };
}
