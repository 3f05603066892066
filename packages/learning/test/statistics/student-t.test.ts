import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../src/statistics/normal-distribution.ts';
import { studentTQuantile } from '../../src/statistics/student-t.ts';

describe('studentTQuantile', () => {
  it('agrees with printed tables within 2%, where the tail is not below 2^-(degrees + 1)', () => {
    const table: readonly (readonly [probability: number, degrees: number, t: number])[] = [
      [0.75, 1, 1.0],
      [0.8, 2, 1.0607],
      [0.9, 3, 1.6377],
      [0.95, 4, 2.1318],
      [0.975, 5, 2.5706],
      [0.99, 6, 3.1427],
      [0.995, 7, 3.4995],
      [0.995, 9, 3.2498],
      [0.975, 30, 2.0423],
      [0.999, 20, 3.5518],
      [0.99, 100, 2.3642],
    ];
    for (const [probability, degrees, t] of table) expect(Math.abs(studentTQuantile(probability, degrees) / t - 1)).toBeLessThan(0.02);
  });

  it('is symmetric, rises with the probability, and lies further out than the normal quantile', () => {
    const probability = fc.double({ min: 0.51, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(probability, probability, fc.integer({ min: 6, max: 200 }), (one, other, degrees) => {
        const t = studentTQuantile(one, degrees);
        expect(studentTQuantile(1 - one, degrees)).toBeCloseTo(-t, 9);
        expect(t).toBeGreaterThan(normalQuantile(one));
        if (other > one) expect(studentTQuantile(other, degrees)).toBeGreaterThan(t);
        expect(studentTQuantile(one, degrees + 1)).toBeLessThan(t);
      }),
    );
  });

  it('refuses what is no probability, and no degree of freedom', () => {
    for (const probability of [0, 1, -0.1, 95, Number.NaN]) expect(() => studentTQuantile(probability, 5)).toThrow(RangeError);
    for (const degrees of [0, -1, Number.NaN]) expect(() => studentTQuantile(0.95, degrees)).toThrow(RangeError);
  });
});
