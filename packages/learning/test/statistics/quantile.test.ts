import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile } from '../../src/statistics/quantile.ts';

// Adding 0 turns -0 into 0, which sorting does not tell apart.
const sample = fc
  .array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 })
  .map((values) => values.map((value) => value + 0).sort((a, b) => a - b));
const probability = fc.double({ min: 0, max: 1, noNaN: true });

describe('quantile', () => {
  it('agrees with quantile(type = 7) of R', () => {
    expect(quantile([1, 2, 3, 4], 0.25)).toBe(1.75);
    expect(quantile([1, 2, 3, 4, 10], 0.9)).toBeCloseTo(7.6, 12);
    expect(quantile(Float64Array.of(1, 2, 3), 0.5)).toBe(2);
    expect(quantile([5], 0.3)).toBe(5);
  });

  it('stays between the least and the greatest value, and reaches both', () => {
    fc.assert(
      fc.property(sample, probability, (sorted, p) => {
        const [least, greatest] = [sorted[0] as number, sorted.at(-1) as number];
        expect(quantile(sorted, 0)).toBe(least);
        expect(quantile(sorted, 1)).toBe(greatest);
        expect(quantile(sorted, p)).toBeGreaterThanOrEqual(least);
        expect(quantile(sorted, p)).toBeLessThanOrEqual(greatest + 1e-9);
      }),
    );
  });

  it('does not fall as the probability rises', () => {
    fc.assert(
      fc.property(sample, probability, probability, (sorted, p, q) => {
        const [lower, upper] = [Math.min(p, q), Math.max(p, q)];
        expect(quantile(sorted, lower)).toBeLessThanOrEqual(quantile(sorted, upper) + 1e-9);
      }),
    );
  });

  it('refuses an empty sample and a probability outside [0, 1]', () => {
    expect(() => quantile([], 0.5)).toThrow(expect.objectContaining({ kind: 'empty' }));
    expect(() => quantile([1], 1.5)).toThrow(RangeError);
    expect(() => quantile([1], Number.NaN)).toThrow(RangeError);
  });
});
