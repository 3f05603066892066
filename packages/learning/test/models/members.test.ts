import { seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { cellMember, fitPartitions } from '../../src/models/cell-member.ts';
import { forestMember } from '../../src/models/forest-member.ts';
import { nearestNeighbours, type PointSet } from '../../src/models/nearest-neighbours.ts';
import { neighbourMember } from '../../src/models/neighbour-member.ts';
import type { MemberFit, OutcomeDataset } from '../../src/models/outcome-dataset.ts';
import { forecastOf, groupedWorld, withOutcomes } from './dataset-fixture.ts';

type Fit = (dataset: OutcomeDataset, points: PointSet) => MemberFit;

const prior = { shared: 1, own: 2 };
const fits: Readonly<Record<string, Fit>> = {
  'neighbour member': (dataset, points) =>
    neighbourMember(
      dataset,
      Array.from({ length: points.count }, (_, request) =>
        nearestNeighbours(points, points.values.subarray(4 * request, 4 * request + 4), { most: 20, except: request }),
      ),
      { neighbours: 20, prior },
    ),
  'cell member': (dataset, points) => cellMember(dataset, fitPartitions(points, { cells: 4, runs: 2 }, seededRandom('cells')), prior),
  'forest member': (dataset, points) =>
    forestMember(
      dataset,
      { points, relevance: new Float64Array(dataset.arms).fill(1) },
      {
        settings: { trees: 40, features: Array.from({ length: points.dimensions }, (_, index) => index), minLeafRequests: 4, featureShare: 1, prior },
        random: seededRandom('forest'),
      },
    ),
};

for (const [name, fit] of Object.entries(fits)) {
  describe(name, () => {
    const world = groupedWorld(1, { requests: 120, arms: 3, known: 0.6, noise: 0.1 });
    const member = fit(world.dataset, world.points);

    it('tells which arm is good for which group, of new requests and of those it learned from', () => {
      for (const group of [0, 1]) {
        const forecast = forecastOf(member, 3, world.view(group, 5));
        expect((forecast[group] as number) - (forecast[1 - group] as number)).toBeGreaterThan(0.15);
        expect((forecast[group] as number) - (forecast[2] as number)).toBeGreaterThan(0.2);
      }
      let right = 0;
      for (let request = 0; request < 120; request++) {
        const row = member.leftOut.subarray(3 * request, 3 * request + 3);
        if (row.indexOf(Math.max(...row)) === request % 2) right++;
      }
      expect(right).toBeGreaterThan(110);
    });

    it('predicts a request that it learned from without its own outcomes', () => {
      for (const request of [0, 7, 50, 119]) {
        const changed = fit(withOutcomes(world.dataset, request, 40), world.points);
        const row = (of: MemberFit) => [...of.leftOut.subarray(3 * request, 3 * request + 3)];
        // Taking an outcome of 40 out of a sum again leaves its rounding.
        row(changed).forEach((value, arm) => {
          expect(value).toBeCloseTo(row(member)[arm] as number, 9);
        });
        expect(changed.leftOut).not.toEqual(member.leftOut);
      }
    });

    it('adds to what is there already, in proportion to the scale', () => {
      const view = world.view(0, 9);
      const whole = forecastOf(member, 3, view);
      const into = Float64Array.of(1, 2, 3);
      member.addTo(into, view, 0.5);
      into.forEach((value, arm) => {
        expect(value).toBeCloseTo(arm + 1 + (whole[arm] as number) / 2, 12);
      });
    });

    it('is the same for the same data', () => {
      const again = fit(world.dataset, world.points);
      expect(again.leftOut).toEqual(member.leftOut);
      expect(forecastOf(again, 3, world.view(1, 2))).toEqual(forecastOf(member, 3, world.view(1, 2)));
    });

    it('gives finite numbers for one arm, two requests, equal points and no outcome at all', () => {
      for (const size of [
        { requests: 2, arms: 1, known: 1, noise: 0 },
        { requests: 2, arms: 3, known: 0, noise: 0 },
        { requests: 30, arms: 1, known: 0.5, noise: 1 },
        { requests: 30, arms: 5, known: 0.02, noise: 1 },
      ]) {
        const { dataset, points, view } = groupedWorld(2, size);
        const alike = { ...points, values: new Float64Array(points.values.length), squaredLengths: new Float64Array(points.count) };
        for (const of of [points, alike]) {
          const odd = fit(dataset, of);
          expect(odd.leftOut).toHaveLength(size.requests * size.arms);
          expect(odd.leftOut.every(Number.isFinite)).toBe(true);
          expect(forecastOf(odd, size.arms, view(0, 1)).every(Number.isFinite)).toBe(true);
        }
      }
    });
  });
}
