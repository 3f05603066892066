import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectiveSampleSize } from '../../src/off-policy/overlap.ts';

const weights = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 30 }).filter((all) => all.some((weight) => weight > 1e-3));

describe('effectiveSampleSize', () => {
  it('is the number of weights that are equal, the others being 0', () => {
    expect(effectiveSampleSize([2, 2, 2, 2])).toBe(4);
    expect(effectiveSampleSize([0, 7, 0, 7])).toBe(2);
    expect(effectiveSampleSize([0, 0])).toBe(0);
    expect(effectiveSampleSize([])).toBe(0);
  });

  it('lies between 1 and the number of weights, and does not depend on their unit', () => {
    fc.assert(
      fc.property(weights, fc.double({ min: 0.01, max: 100, noNaN: true }), (all, factor) => {
        const size = effectiveSampleSize(all);
        expect(size).toBeGreaterThan(1 - 1e-9);
        expect(size).toBeLessThan(all.length + 1e-9);
        expect(effectiveSampleSize(all.map((weight) => factor * weight))).toBeCloseTo(size, 8);
      }),
    );
  });

  it('never falls when the largest weights are clipped', () => {
    fc.assert(
      fc.property(weights, fc.double({ min: 0.001, max: 100, noNaN: true }), (all, clip) => {
        expect(effectiveSampleSize(all.map((weight) => Math.min(weight, clip)))).toBeGreaterThan(effectiveSampleSize(all) - 1e-9);
      }),
    );
  });
});
