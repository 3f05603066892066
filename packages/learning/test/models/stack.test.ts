import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MemberFit, OutcomeDataset } from '../../src/models/outcome-dataset.ts';
import { stackGround, stackSums, stackWeights } from '../../src/models/stack.ts';
import { groupedWorld } from './dataset-fixture.ts';

const arms = 3;
const requests = 200;
const folds = { count: 5, of: Int32Array.from({ length: requests }, (_, request) => request % 5) };
const relevance = Float64Array.of(1, 1, 1);

describe('stackWeights', () => {
  it('gives a member that is right its full weight, and one of noise or of the opposite nothing', () => {
    const { dataset, truth } = groupedWorld(1, { requests, arms, known: 1, noise: 0.02 });
    const right = memberOf((arm, request) => truth(arm, request));
    const wrong = memberOf((arm, request) => -truth(arm, request));
    const noise = memberOf((arm, request) => 0.3 * seededRandom('noise').normal(arm, request));
    const [own, opposite, idle] = weightsOf(dataset, [right, wrong, noise], 0) as unknown as [number, number, number];
    expect(own).toBeGreaterThan(0.95);
    expect(own).toBeLessThan(1.05);
    expect(opposite).toBe(0);
    expect(idle).toBeLessThan(0.05);
  });

  it('is never negative, falls with the ridge, and solves the normal equations where no bound holds', () => {
    fc.assert(
      fc.property(fc.nat(500), (seed) => {
        const { dataset, truth } = groupedWorld(seed, { requests, arms, known: 0.7, noise: 0.2 });
        const members = [0, 1].map((which) =>
          memberOf((arm, request) => truth(arm, request) * (which + 1) + 0.2 * seededRandom('member', which, seed).normal(arm, request)),
        );
        const sums = stackSums(stackGround(dataset, members), relevance, folds);
        const free = stackWeights(sums, 0, -1);
        for (const weight of free) expect(weight).toBeGreaterThanOrEqual(0);
        const shrunk = stackWeights(sums, 10, -1);
        expect(shrunk.reduce((sum, weight) => sum + weight, 0)).toBeLessThan(free.reduce((sum, weight) => sum + weight, 0));
        if (free.every((weight) => weight > 0)) {
          const total = (parts: readonly Float64Array[], at: number) => parts.reduce((sum, part) => sum + (part[at] as number), 0);
          const [a, b, c] = [total(sums.gram, 0), total(sums.gram, 2), total(sums.gram, 3)];
          expect(a * (free[0] as number) + b * (free[1] as number)).toBeCloseTo(total(sums.cross, 0), 4);
          expect(b * (free[0] as number) + c * (free[1] as number)).toBeCloseTo(total(sums.cross, 1), 4);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('does not see the fold that is left out', () => {
    const { dataset, truth } = groupedWorld(4, { requests, arms, known: 0.8, noise: 0.1 });
    const member = memberOf((arm, request) => truth(arm, request));
    const value = dataset.value.map((own, cell) => (folds.of[requestOf(dataset, cell)] === 2 ? -own : own));
    const sums = (of: OutcomeDataset) => stackSums(stackGround(of, [member]), relevance, folds);
    expect(stackWeights(sums({ ...dataset, value }), 0.1, 2)).toEqual(stackWeights(sums(dataset), 0.1, 2));
    expect(stackWeights(sums({ ...dataset, value }), 0.1, -1)).not.toEqual(stackWeights(sums(dataset), 0.1, -1));
  });

  it('counts only differences between arms: what lifts all of them together changes nothing', () => {
    const { dataset, truth } = groupedWorld(5, { requests, arms, known: 1, noise: 0.1 });
    const lifted = memberOf((arm, request) => truth(arm, request) + Math.sin(request));
    const weights = weightsOf(dataset, [lifted], 0.01);
    expect(weights[0]).toBeCloseTo(weightsOf(dataset, [memberOf(truth)], 0.01)[0] as number, 9);
  });

  it('has no weights without members, and none that are not finite without outcomes', () => {
    const { dataset } = groupedWorld(6, { requests, arms, known: 0, noise: 0 });
    expect(weightsOf(dataset, [], 0.1)).toHaveLength(0);
    expect([...weightsOf(dataset, [memberOf(() => 0)], 0)]).toEqual([0]);
  });
});

function memberOf(predict: (arm: number, request: number) => number): MemberFit {
  return { name: 'given', leftOut: Float64Array.from({ length: requests * arms }, (_, at) => predict(at % arms, Math.floor(at / arms))), addTo: () => {} };
}

function weightsOf(dataset: OutcomeDataset, members: readonly MemberFit[], ridge: number): Float64Array {
  return stackWeights(stackSums(stackGround(dataset, members), relevance, folds), ridge, -1);
}

function requestOf({ offsets }: OutcomeDataset, cell: number): number {
  return offsets.findIndex((from, request) => from <= cell && cell < (offsets[request + 1] as number));
}
