import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceWeight } from '../../src/drift/evidence-weight.ts';
import { type DriftAlarm, type DriftState, noDrift, pageHinkley } from '../../src/drift/page-hinkley.ts';
import { addObservations, emptyStatistics, linearPosterior } from '../../src/learned/linear-posterior.ts';

const alarms = fc
  .array(fc.record({ onset: fc.integer({ min: 1, max: 100 }), delay: fc.nat(30) }), { maxLength: 6 })
  .map((drawn) => drawn.map(({ onset, delay }): DriftAlarm => ({ direction: 'down', onset, position: onset + delay })));
const discount = fc.double({ min: 0.01, max: 1, noNaN: true });

describe('evidenceWeight', () => {
  it('is above 0 and at most 1, rises with the age of the alarms, and falls with each further alarm', () => {
    fc.assert(
      fc.property(alarms, fc.integer({ min: 1, max: 130 }), discount, (all, position, by) => {
        const weight = evidenceWeight(position, all, by);
        expect(weight).toBeGreaterThan(0);
        expect(weight).toBeLessThanOrEqual(1);
        expect(evidenceWeight(position + 1, all, by)).toBeGreaterThanOrEqual(weight);
        expect(evidenceWeight(position, all.slice(1), by)).toBeGreaterThanOrEqual(weight);
        if (all.every(({ onset }) => position >= onset)) expect(weight).toBe(1);
      }),
    );
  });

  it('discounts what came before the change, and nothing between the change and its alarm', () => {
    const alarm: DriftAlarm = { direction: 'down', onset: 31, position: 45 };
    expect([30, 31, 45, 46].map((position) => evidenceWeight(position, [alarm], 0.2))).toEqual([0.2, 1, 1, 1]);
    expect(evidenceWeight(10, [alarm, { ...alarm, onset: 80, position: 90 }], 0.5)).toBe(0.25);
    expect(evidenceWeight(1, Array(5000).fill(alarm), 0.01)).toBeGreaterThan(0);
  });

  it('makes a posterior less sure of an arm that has changed, and nearer to what it is now', () => {
    const random = seededRandom('changed');
    const qualities = Array.from({ length: 230 }, (_, index) => (index < 200 ? 0.8 : 0.4) + 0.1 * random.normal(index));
    const { alarms: raised } = qualities.reduce<DriftState>((state, quality) => pageHinkley(state, (quality - 0.8) / 0.1), noDrift);
    expect(raised.length).toBeGreaterThan(0);
    const features = { indices: Int32Array.of(0), values: Float64Array.of(1) };
    const posterior = (by: number) => {
      const weighed = qualities.map((target, index) => ({ features, target, weight: evidenceWeight(index + 1, raised, by) }));
      return linearPosterior(addObservations(emptyStatistics(1), weighed), Float64Array.of(1), { variance: 0.01, priorCount: 1e6 }).predict(features);
    };
    expect(posterior(0.1).sd).toBeGreaterThan(1.5 * posterior(1).sd);
    expect(Math.abs(posterior(0.1).mean - 0.4)).toBeLessThan(Math.abs(posterior(1).mean - 0.4) / 2);
  });

  it('refuses to delete evidence, and to make it count more', () => {
    expect(() => evidenceWeight(1, [], 0)).toThrow(RangeError);
    expect(() => evidenceWeight(1, [], 1.1)).toThrow(RangeError);
  });
});
