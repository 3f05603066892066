import { seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { armFeatures } from '../../src/learned/arm-features.ts';
import { type LinearBase, linearBase } from '../../src/learned/linear-base.ts';
import { addObservations, emptyStatistics, posteriorWeights } from '../../src/learned/linear-posterior.ts';
import { linearFeatureCount } from '../../src/learned/request-space.ts';
import { structureFeatures } from '../../src/learned/structure-features.ts';
import type { OutcomeDataset } from '../../src/models/outcome-dataset.ts';
import { directLarge, directMini, orchestrateLarge, orchestrateMini } from '../arm-fixture.ts';
import { requestsOf } from './request-fixture.ts';

const arms = [directMini, directLarge, orchestrateMini, orchestrateLarge];
const features = armFeatures(arms);
const linear = requestsOf(50).map((analysis) => {
  const row = new Float64Array(linearFeatureCount);
  row.set(structureFeatures(analysis));
  return row;
});

describe('linearBase', () => {
  it('is the ridge regression of all outcomes, and leaves out a fifth of the requests for their own, shrunk as far as foretells these best', () => {
    const noisy = datasetOf([0, 1, 2, 3], (arm, request) => 0.4 + 0.1 * arm + 0.4 * (seededRandom('noise', arm, request).uniform() - 0.5));
    const differing = datasetOf([0, 1, 2, 3], (arm, request) => 0.5 + (arm % 2 === 0 ? 0.1 : -0.1) * ((linear[request] as Float64Array)[2] as number));
    const shares = [noisy, differing].map((dataset) => {
      const base = linearBase(dataset, { linear, features });
      const fits = [1, 0.1].map((share) => {
        const weightsWithout = (fold: number) =>
          posteriorWeights(
            addObservations(
              emptyStatistics(features.dimension),
              linear.flatMap((row, request) =>
                request % 5 === fold
                  ? []
                  : arms.map((_, arm) => ({ features: features.of(arm, row), target: (dataset.value[4 * request + arm] as number) - 0.7, weight: 1 })),
              ),
            ),
            features.priorOfDifferences(share),
          );
        const without = [0, 1, 2, 3, 4].map(weightsWithout);
        const leftOut = linear.flatMap((row, request) => arms.map((_, arm) => 0.7 + features.dot(arm, row, without[request % 5] as Float64Array)));
        return { share, leftOut, whole: weightsWithout(-1), error: leftOut.reduce((sum, own, at) => sum + (own - (dataset.value[at] as number)) ** 2, 0) };
      });
      const best = fits.reduce((least, fit) => (fit.error < least.error ? fit : least));
      linear.forEach((row, request) => {
        arms.forEach((_, arm) => {
          expect(expectedOf(base, arm, row)).toBeCloseTo(0.7 + features.dot(arm, row, best.whole), 8);
          expect(base.leftOut[4 * request + arm]).toBeCloseTo(best.leftOut[4 * request + arm] as number, 8);
        });
      });
      return best.share;
    });
    expect(shares).toEqual([0.1, 1]);
  });

  it('expects of an arm without outcomes what its strategy and its model are worth', () => {
    const base = linearBase(
      datasetOf([0, 1, 2], (arm) => [0.4, 0.6, 0.5][arm] as number),
      { linear, features },
    );
    const row = linear[3] as Float64Array;
    expect(expectedOf(base, 3, row)).toBeGreaterThan(expectedOf(base, 2, row) + 0.05);
    expect(expectedOf(base, 3, row)).toBeGreaterThan(expectedOf(base, 1, row));
  });

  it('does not take an arm for good that was tried on easy requests only', () => {
    const easy = (request: number) => request % 5 >= 3;
    const base = linearBase(
      datasetOf(
        [0, 1],
        (_, request) => (easy(request) ? 0.9 : 0.3),
        (arm, request) => arm === 0 || easy(request),
      ),
      { linear, features },
    );
    linear.slice(0, 10).forEach((row) => {
      // Their means differ by 0.36.
      expect(Math.abs(expectedOf(base, 0, row) - expectedOf(base, 1, row))).toBeLessThan(0.18);
    });
  });

  it('expects a typical quality where nothing is known', () => {
    const base = linearBase(
      datasetOf([], () => 0),
      { linear, features },
    );
    expect(base.leftOut.every((value) => value === 0.7)).toBe(true);
    expect(expectedOf(base, 2, linear[0] as Float64Array)).toBe(0.7);
  });
});

function expectedOf(base: LinearBase, arm: number, row: Float64Array): number {
  const expected = new Float64Array(arms.length);
  base.expected(row, expected);
  return expected[arm] as number;
}

function datasetOf(
  tried: readonly number[],
  quality: (arm: number, request: number) => number,
  known: (arm: number, request: number) => boolean = () => true,
): OutcomeDataset {
  const random = seededRandom('base');
  const cells = linear.map((_, request) =>
    tried.filter((arm) => known(arm, request)).map((arm) => ({ arm, value: quality(arm, request) + 0.02 * random.normal(arm, request) })),
  );
  const all = cells.flat();
  return {
    requests: linear.length,
    arms: arms.length,
    offsets: Int32Array.from({ length: cells.length + 1 }, (_, request) => cells.slice(0, request).flat().length),
    arm: Uint16Array.from(all, ({ arm }) => arm),
    value: Float64Array.from(all, ({ value }) => value),
    weight: new Float64Array(all.length).fill(1),
  };
}
