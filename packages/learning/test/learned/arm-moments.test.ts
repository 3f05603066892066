import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { armFeatures } from '../../src/learned/arm-features.ts';
import { addOutcome, combineMoments, emptyArmMoments, spreadMoments } from '../../src/learned/arm-moments.ts';
import { addObservations, emptyStatistics, posteriorWeights } from '../../src/learned/linear-posterior.ts';
import { linearFeatureCount } from '../../src/learned/request-space.ts';
import { batchMini, collaborateBoth, directLarge, directMini, orchestrateLarge } from '../arm-fixture.ts';

const arms = [directMini, directLarge, batchMini, orchestrateLarge, collaborateBoth];
const features = armFeatures(arms);

interface Cell {
  readonly arm: number;
  readonly linear: Float64Array;
  readonly target: number;
  readonly weight: number;
}

const cells = (seed: number, count: number): readonly Cell[] => {
  const random = seededRandom('moments', seed);
  return Array.from({ length: count }, (_, index) => ({
    arm: Math.floor(random.uniform('arm', index) * arms.length),
    linear: Float64Array.from({ length: linearFeatureCount }, (_feature, at) =>
      random.uniform('zero', index, at) < 0.3 ? 0 : random.normal('value', index, at),
    ),
    target: random.normal('target', index),
    weight: 0.1 + 3 * random.uniform('weight', index),
  }));
};

const momentsOf = (own: readonly Cell[]) => {
  const moments = emptyArmMoments(arms.length);
  for (const { arm, linear, target, weight } of own) addOutcome(moments, { arm, linear }, { target, weight });
  return moments;
};

describe('arm moments', () => {
  it('spread over the blocks as if each outcome had been added with its whole vector', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 0, max: 40 }), (seed, count) => {
        const own = cells(seed, count);
        const whole = addObservations(
          emptyStatistics(features.dimension),
          own.map(({ arm, linear, target, weight }) => ({ features: features.of(arm, linear), target, weight })),
        );
        const spread = spreadMoments(momentsOf(own), features);
        const weights = posteriorWeights(spread, features.priorVariance);
        posteriorWeights(whole, features.priorVariance).forEach((weight, index) => {
          expect(weights[index]).toBeCloseTo(weight, 8);
        });
        expect(spread.count).toBeCloseTo(whole.count, 10);
        expect(spread.squares).toBeCloseTo(whole.squares, 10);
      }),
      { numRuns: 30 },
    );
  });

  it('of a part are what is left when the other part is taken out of the whole', () => {
    const own = cells(7, 60);
    const without = combineMoments(momentsOf(own), momentsOf(own.slice(0, 20)), -1);
    const rest = momentsOf(own.slice(20));
    without.outer.forEach((value, index) => {
      expect(value).toBeCloseTo(rest.outer[index] as number, 10);
    });
    without.cross.forEach((value, index) => {
      expect(value).toBeCloseTo(rest.cross[index] as number, 10);
    });
    expect(combineMoments(momentsOf(own.slice(0, 20)), rest, 1).count).toBeCloseTo(momentsOf(own).count, 10);
  });
});
