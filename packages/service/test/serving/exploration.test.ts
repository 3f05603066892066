import { type Candidate, parseArmId } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explorationAccount, explorationSettings, mixedCandidates, restricted } from '../../src/serving/exploration.ts';

const ids = ['direct/a', 'direct/b', 'direct/c', 'direct/d'];
const distribution = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 4, maxLength: 4 })
  .filter((weights) => weights.some((weight) => weight > 0))
  .map((weights) => {
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return ids.flatMap((armId, index) => ((weights[index] as number) > 0 ? [{ armId, propensity: (weights[index] as number) / sum }] : []));
  });
const sumOf = (candidates: readonly Candidate[]) => candidates.reduce((sum, { propensity }) => sum + propensity, 0);
const of = (candidates: readonly Candidate[], id: string) => candidates.find(({ armId }) => armId === id)?.propensity ?? 0;

describe('the mixture of what serves and what explores', () => {
  it('is a distribution that gives each arm its exact share', () => {
    fc.assert(
      fc.property(distribution, distribution, fc.double({ min: 0, max: 1, noNaN: true }), (exploit, explore, share) => {
        const mixed = mixedCandidates({ exploit, explore }, { share, affordable: () => true });
        expect(sumOf(mixed)).toBeCloseTo(1, 9);
        for (const id of ids) expect(of(mixed, id)).toBeCloseTo((1 - share) * of(exploit, id) + share * of(explore, id), 9);
      }),
    );
  });

  it('explores no arm that is too dear, and still serves it', () => {
    fc.assert(
      fc.property(distribution, distribution, fc.constantFrom(...ids), (exploit, explore, dear) => {
        const mixed = mixedCandidates({ exploit, explore }, { share: 0.5, affordable: (id) => id !== dear });
        expect(sumOf(mixed)).toBeCloseTo(1, 9);
        expect(of(mixed, dear)).toBeLessThanOrEqual(of(exploit, dear));
      }),
    );
  });

  it('keeps to the arms that can carry a request', () => {
    fc.assert(
      fc.property(distribution, fc.subarray(ids, { minLength: 1 }), (candidates, fitting) => {
        const left = restricted(candidates, (id) => fitting.includes(id), fitting.map(parseArmId));
        expect(sumOf(left)).toBeCloseTo(1, 9);
        expect(left.every(({ armId }) => fitting.includes(armId))).toBe(true);
      }),
    );
  });
});

describe('what exploring may cost', () => {
  const account = (explored: { costUsd: number; quality: number }) => {
    const own = explorationAccount(explorationSettings);
    for (let index = 0; index < 200; index++)
      own.observe(index % 10 === 0 ? { explored: true, ...explored } : { explored: false, costUsd: 0.01, quality: 0.9 });
    return own.open();
  };

  it('is within its budgets where it is as good and no dearer', () => {
    expect(account({ costUsd: 0.01, quality: 0.9 })).toBe(true);
    expect(account({ costUsd: 0.001, quality: 0.8 })).toBe(true);
  });

  it('is beyond them where it costs a twentieth more of all, or two points of the mean', () => {
    expect(account({ costUsd: 0.02, quality: 0.9 })).toBe(false);
    expect(account({ costUsd: 0.01, quality: 0.6 })).toBe(false);
  });

  it('knows what serving costs on the mean once there were enough, and leaves exploring out of it', () => {
    const own = explorationAccount(explorationSettings);
    const observe = (explored: boolean, costUsd: number): void => own.observe({ explored, costUsd, quality: null });
    for (let index = 0; index < 98; index++) observe(index % 2 === 0, index % 2 === 0 ? 7 : 0.02);
    expect(own.usualUsd()).toBeNull();
    observe(false, 0.02);
    expect(own.usualUsd()).toBeCloseTo(0.02, 12);
    // Half of the last 500, of which the older ones are forgotten.
    for (let index = 0; index < 1000; index++) observe(index % 2 === 0, index % 2 === 0 ? 7 : 0.05);
    expect(own.usualUsd()).toBeCloseTo(0.05, 9);
  });

  it('may cost something again once those that cost too much are long ago', () => {
    const own = explorationAccount(explorationSettings);
    const observe = (explored: boolean, quality: number): void => own.observe({ explored, costUsd: 0.01, quality });
    for (let index = 0; index < 500; index++) observe(index % 10 === 0, index % 10 === 0 ? 0.3 : 0.9);
    expect(own.open()).toBe(false);
    // While it is stopped, nothing explores.
    for (let index = 0; index < 500; index++) observe(false, 0.9);
    expect(own.open()).toBe(true);
  });
});
