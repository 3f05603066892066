import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forestMember } from '../../src/models/forest-member.ts';
import { nearestNeighbours, neighboursOfAll, type PointSet, pointSet } from '../../src/models/nearest-neighbours.ts';
import { neighbourMember } from '../../src/models/neighbour-member.ts';
import type { MemberFit } from '../../src/models/outcome-dataset.ts';
import { weighDimensions } from '../../src/models/weigh-dimensions.ts';
import { groupedWorld } from './dataset-fixture.ts';

const someWeights = fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 10, noNaN: true })), { minLength: 6, maxLength: 6 });

function somePoints(seed: number, count: number, dimensions: number): readonly Float32Array[] {
  const random = seededRandom('points', seed);
  return Array.from({ length: count }, (_, row) => Float32Array.from({ length: dimensions }, (_value, index) => random.normal(row, index)));
}

function meanSquare({ squaredLengths }: PointSet): number {
  return squaredLengths.reduce((sum, square) => sum + square, 0) / squaredLengths.length;
}

describe('weighDimensions', () => {
  it('makes squared distances those that are weighed by dimension, but for one factor', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), someWeights, (seed, own) => {
        const weights = Float64Array.from(own);
        fc.pre(weights.some((weight) => weight > 0));
        const points = somePoints(seed, 12, 6);
        const move = weighDimensions(pointSet(points), weights);
        const moved = points.map(move);
        expect(meanSquare(pointSet(moved))).toBeCloseTo(meanSquare(pointSet(points)), 3);
        const weighed = (a: number, b: number): number =>
          weights.reduce((sum, weight, at) => sum + weight * ((points[a]?.[at] as number) - (points[b]?.[at] as number)) ** 2, 0);
        const plain = (a: number, b: number): number =>
          (moved[a] as Float32Array).reduce((sum, value, at) => sum + (value - (moved[b]?.[at] as number)) ** 2, 0);
        const factor = plain(0, 1) / weighed(0, 1);
        for (let other = 2; other < points.length; other++)
          expect(plain(0, other) / weighed(0, other)).toBeCloseTo(factor, 3 - Math.ceil(Math.log10(factor + 1)));
      }),
    );
  });

  it('knows only the ratios of weights, and leaves everything where it is where all are alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), someWeights, fc.double({ min: 0.1, max: 10, noNaN: true }), (seed, own, factor) => {
        const points = somePoints(seed, 5, 6);
        const set = pointSet(points);
        const once = points.map(weighDimensions(set, Float64Array.from(own)));
        const scaled = points.map(
          weighDimensions(
            set,
            Float64Array.from(own, (weight) => factor * weight),
          ),
        );
        once.forEach((point, index) => {
          point.forEach((value, at) => {
            expect(scaled[index]?.[at]).toBeCloseTo(value, 4);
          });
        });
        expect(points.map(weighDimensions(set, new Float64Array(6).fill(factor))).map((point) => [...point].map((value) => value.toFixed(4)))).toEqual(
          points.map((point) => [...point].map((value) => value.toFixed(4))),
        );
      }),
    );
  });

  it('leaves out what has no weight, and points of nothing else are nowhere', () => {
    const points = [Float32Array.of(3, 1), Float32Array.of(0, 2)];
    expect(weighDimensions(pointSet(points), Float64Array.of(0, 5))(Float32Array.of(9, 1))).toHaveLength(1);
    expect(weighDimensions(pointSet(points), Float64Array.of(0, 0))(Float32Array.of(9, 1))).toHaveLength(0);
    const flat = [Float32Array.of(3, 0), Float32Array.of(1, 0)];
    expect([...weighDimensions(pointSet(flat), Float64Array.of(0, 5))(Float32Array.of(9, 1))]).toEqual([0]);
  });
});

describe("neighbours weighed by a forest's importance", () => {
  it('foretell what the telling dimension says, where noise in the others hides it', () => {
    const world = groupedWorld(7, { requests: 300, arms: 3, known: 1, noise: 0.3 });
    const random = seededRandom('noise');
    const noisy = Array.from({ length: world.points.count }, (_, request) =>
      Float32Array.from({ length: 24 }, (_value, index) =>
        index < world.points.dimensions ? (world.points.values[request * world.points.dimensions + index] as number) : 1.5 * random.normal(request, index),
      ),
    );
    const points = pointSet(noisy);
    const settings = {
      trees: 60,
      features: Array.from({ length: 24 }, (_, index) => index),
      minLeafRequests: 4,
      featureShare: 0.5,
      prior: { shared: 0.1, own: 0.1 },
    };
    const { importance } = forestMember(world.dataset, { points, relevance: new Float64Array(3).fill(1) }, { settings, random: seededRandom('forest') });
    expect(importance.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    expect(importance[0]).toBeGreaterThan(5 * Math.max(...importance.slice(1)));

    const squaredError = ({ leftOut }: MemberFit): number => {
      let sum = 0;
      for (let request = 0; request < 300; request++)
        for (let arm = 0; arm < 3; arm++) sum += ((leftOut[request * 3 + arm] as number) - world.truth(arm, request)) ** 2;
      return sum / 900;
    };
    const neighbours = { neighbours: 20, prior: { shared: 1, own: 3 } };
    const alike = squaredError(neighbourMember(world.dataset, neighboursOfAll(points, 20), neighbours));
    const weighed = pointSet(noisy.map(weighDimensions(points, importance)));
    const weighted = squaredError(neighbourMember(world.dataset, neighboursOfAll(weighed, 20), neighbours));
    expect(weighted).toBeLessThan(alike / 2);
  });

  it('are the same for a point of the set and for the same point as a new one', () => {
    const points = somePoints(3, 30, 6);
    const set = pointSet(points);
    const move = weighDimensions(set, Float64Array.of(1, 0, 4, 0.5, 0, 2));
    const weighed = pointSet(points.map(move));
    points.forEach((point, index) => {
      expect([...nearestNeighbours(weighed, move(point), { most: 5, except: index }).positions]).toEqual([
        ...(neighboursOfAll(weighed, 5)[index]?.positions ?? []),
      ]);
    });
  });
});
