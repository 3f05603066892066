import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alphaForLook } from '../../src/statistics/alpha-spending.ts';

describe('alphaForLook', () => {
  it('gives a single look all of alpha', () => {
    expect(alphaForLook(0.05, 1, 1)).toBe(0.05);
  });

  it('spends exactly alpha over all looks, the same on each', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 0.5, noNaN: true }), fc.integer({ min: 1, max: 100 }), (alpha, looks) => {
        const shares = Array.from({ length: looks }, (_, index) => alphaForLook(alpha, index + 1, looks));
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(alpha, 12);
        expect(new Set(shares).size).toBe(1);
      }),
    );
  });

  it('refuses a look that was not planned', () => {
    expect(() => alphaForLook(0.05, 4, 3)).toThrow(RangeError);
    expect(() => alphaForLook(0.05, 0, 3)).toThrow(RangeError);
    expect(() => alphaForLook(0.05, 1.5, 3)).toThrow(RangeError);
    expect(() => alphaForLook(0.05, 1, Number.NaN)).toThrow(RangeError);
    expect(() => alphaForLook(5, 1, 3)).toThrow(RangeError);
  });
});
