import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitCentres, nearestCentre } from '../src/k-means.ts';

const point = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 3, maxLength: 3 }).map((values) => Float64Array.from(values));
const points = fc.array(point, { maxLength: 40 });
const clusters = fc.integer({ min: 1, max: 6 });

describe('fitCentres', () => {
  it('gives at most as many centres as asked for, and as points differ', () => {
    fc.assert(
      fc.property(points, clusters, fc.nat(), (data, count, seed) => {
        const centres = fitCentres(data, count, streamOf(seed));
        const distinct = new Set(data.map((one) => one.join())).size;
        expect(centres.length).toBe(Math.min(count, distinct));
        expect(fitCentres(data, count, streamOf(seed))).toEqual(centres);
      }),
    );
  });

  it('puts each centre at the mean of the points nearest to it', () => {
    fc.assert(
      fc.property(points, clusters, fc.nat(), (data, count, seed) => {
        const centres = fitCentres(data, count, streamOf(seed));
        centres.forEach((centre, index) => {
          const members = data.filter((one) => nearestCentre(one, centres) === index);
          if (members.length > 0) expect(squaredDistance(centre, meanOf(members))).toBeLessThan(1e-9);
        });
      }),
    );
  });

  it('leaves less distance than one centre for all does', () => {
    fc.assert(
      fc.property(points, clusters, fc.nat(), (data, count, seed) => {
        const spread = (centres: readonly Float64Array[]) =>
          data.reduce((sum, one) => sum + squaredDistance(one, centres[nearestCentre(one, centres)] as Float64Array), 0);
        if (data.length > 0) expect(spread(fitCentres(data, count, streamOf(seed)))).toBeLessThanOrEqual(spread([meanOf(data)]) + 1e-9);
      }),
    );
  });

  it('finds groups that lie far from each other', () => {
    const groups = [Float64Array.of(0, 0), Float64Array.of(100, 0), Float64Array.of(0, 100)];
    const data = Array.from({ length: 60 }, (_, index) => (groups[index % 3] as Float64Array).map((value, column) => value + Math.sin(7 * index + column)));
    for (const seed of [1, 2, 3, 4, 5]) {
      const centres = fitCentres(data, 3, streamOf(seed));
      for (const group of groups) expect(squaredDistance(group, centres[nearestCentre(group, centres)] as Float64Array)).toBeLessThan(1);
    }
  });

  it('has no centre without points, and one for points that are all alike', () => {
    expect(fitCentres([], 3, streamOf(1))).toEqual([]);
    expect(fitCentres([Float64Array.of(1, 2), Float64Array.of(1, 2)], 3, streamOf(1))).toEqual([Float64Array.of(1, 2)]);
  });
});

describe('nearestCentre', () => {
  it('names the first of the nearest centres', () => {
    fc.assert(
      fc.property(point, fc.array(point, { minLength: 1, maxLength: 8 }), (one, centres) => {
        const distances = centres.map((centre) => squaredDistance(one, centre));
        expect(nearestCentre(one, centres)).toBe(distances.indexOf(Math.min(...distances)));
      }),
    );
  });
});

function streamOf(seed: number): () => number {
  return seededRandom('k-means', seed).stream();
}

function meanOf(data: readonly Float64Array[]): Float64Array {
  return (data[0] as Float64Array).map((_, column) => data.reduce((sum, one) => sum + (one[column] as number), 0) / data.length);
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, index) => sum + (value - (b[index] as number)) ** 2, 0);
}
