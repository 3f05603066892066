import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { singleExecutions, singleQualities } from '../../src/learned/single-outcomes.ts';

const unit = 1e-3;
const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const qualitySums = (values: readonly number[]) => ({ count: values.length, sum: sumOf(values), squares: sumOf(values.map((value) => value ** 2)) });
const executionSums = (values: readonly number[]) => ({
  count: values.length,
  logs: sumOf(values.map((value) => Math.log(value / unit))),
  sum: sumOf(values),
  unit,
});
const near = (a: readonly number[], b: readonly number[], tolerance: number) => {
  expect(a.length).toBe(b.length);
  const sorted = b.toSorted((x, y) => x - y);
  a.toSorted((x, y) => x - y).forEach((value, index) => {
    expect(Math.abs(value - (sorted[index] as number))).toBeLessThanOrEqual(tolerance);
  });
};
const quality = fc.double({ min: 0, max: 1, noNaN: true });

describe('singleQualities', () => {
  it('gives back zeros and ones, however many', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom(0, 1), { minLength: 1, maxLength: 50 }), (values) => near(singleQualities(qualitySums(values)), values, 0)));
  });

  it('gives back one or two outcomes', () => {
    // Near 0 and 1, a quality is taken for what it is a millionth from.
    fc.assert(fc.property(fc.array(quality, { minLength: 1, maxLength: 2 }), (values) => near(singleQualities(qualitySums(values)), values, 2e-3)));
  });

  it('keeps mean and variance of more, as long as nothing is cut at 0 and 1', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.45, max: 0.55, noNaN: true }), { minLength: 3, maxLength: 20 }), (values) => {
        const sums = qualitySums(values);
        const again = qualitySums(singleQualities(sums));
        expect(again.count).toBe(sums.count);
        expect(again.sum).toBeCloseTo(sums.sum, 9);
        expect(again.squares).toBeCloseTo(sums.squares, 9);
      }),
    );
    fc.assert(
      fc.property(fc.array(quality, { minLength: 1, maxLength: 20 }), (values) =>
        singleQualities(qualitySums(values)).every((value) => value >= 0 && value <= 1),
      ),
    );
  });

  it('rounds counts that are not whole, of a tenant whose outcomes count less', () => {
    expect(singleQualities({ count: 2.4, sum: 1.2, squares: 1.2 })).toHaveLength(2);
    expect(singleQualities({ count: 0.2, sum: 0.2, squares: 0.2 })).toEqual([1]);
  });
});

describe('singleExecutions', () => {
  it('gives back a single one, and costs of nothing', () => {
    fc.assert(fc.property(fc.double({ min: 1e-6, max: 1e3, noNaN: true }), (value) => near(singleExecutions(executionSums([value])), [value], 1e-9 * value)));
    expect(singleExecutions({ count: 3, logs: 3 * Math.log(1e-9 / unit), sum: 0, unit })).toEqual([
      expect.closeTo(1e-9, 12),
      expect.closeTo(1e-9, 12),
      expect.closeTo(1e-9, 12),
    ]);
  });

  it('keeps the mean logarithm, and for errors of a fifth the mean', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.8, max: 1.25, noNaN: true }), { minLength: 2, maxLength: 20 }), (values) => {
        const sums = executionSums(values);
        const again = executionSums(singleExecutions(sums));
        expect(again.count).toBe(sums.count);
        expect(again.logs).toBeCloseTo(sums.logs, 9);
        expect(Math.abs(again.sum / sums.sum - 1)).toBeLessThan(1e-3);
      }),
    );
  });
});
