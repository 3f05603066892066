import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitStandardisation, standardise } from '../src/standardise.ts';

const point = fc
  .tuple(fc.integer({ min: -1000, max: 1000 }), fc.double({ min: -1, max: 1, noNaN: true }), fc.constant(7))
  .map((values) => Float64Array.from(values));
const points = fc.array(point, { minLength: 1, maxLength: 8 });

describe('standardise', () => {
  it('gives each feature mean 0, and deviation 1 unless it does not vary', () => {
    fc.assert(
      fc.property(points, (data) => {
        // Of at most eight points none lies further than sqrt(7) deviations from the mean, so nothing is cut off.
        const scaled = data.map((one) => standardise(one, fitStandardisation(data)));
        for (const column of [0, 1, 2]) {
          const values = scaled.map((one) => one[column] as number);
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
          expect(mean).toBeCloseTo(0, 6);
          if (deviation > 1e-3) expect(deviation).toBeCloseTo(1, 6);
        }
        expect(scaled.every((one) => Math.abs(one[2] as number) < 1e-9)).toBe(true);
      }),
    );
  });

  it('keeps points that lie far out within three deviations', () => {
    const scale = fitStandardisation([Float64Array.of(0), Float64Array.of(2)]);
    expect([...standardise(Float64Array.of(1e9), scale)]).toEqual([3]);
    expect([...standardise(Float64Array.of(-1e9), scale)]).toEqual([-3]);
    expect([...standardise(Float64Array.of(3), scale)]).toEqual([2]);
  });

  it('does not depend on the units of a feature', () => {
    fc.assert(
      fc.property(points, (data) => {
        const rescaled = data.map((one) => Float64Array.of(1024 * (one[0] as number)));
        const plain = data.map((one) => Float64Array.of(one[0] as number));
        rescaled.forEach((one, index) => {
          expect(standardise(one, fitStandardisation(rescaled))[0]).toBeCloseTo(
            standardise(plain[index] as Float64Array, fitStandardisation(plain))[0] as number,
            9,
          );
        });
      }),
    );
  });
});
