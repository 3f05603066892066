import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ratioInterval, verdictOf } from '../../src/compare/verdict.ts';

const ratios = fc.array(fc.double({ min: 0.2, max: 5, noNaN: true }), { minLength: 2, maxLength: 12 });

describe('ratioInterval', () => {
  test('holds the geometric mean, and turns around when the sides change places', () => {
    fc.assert(
      fc.property(ratios, (values) => {
        const { ratio, low, high } = ratioInterval(values);
        expect(low <= ratio * (1 + 1e-9) && ratio <= high * (1 + 1e-9)).toBe(true);
        const turned = ratioInterval(values.map((value) => 1 / value));
        expect(turned.ratio * ratio).toBeCloseTo(1, 9);
        expect(turned.low * high).toBeCloseTo(1, 6);
      }),
    );
  });

  test('needs two pairs', () => {
    expect(() => ratioInterval([1.2])).toThrow(RangeError);
  });
});

describe('verdictOf', () => {
  test.each([
    ['slower', 1.11, 1.4],
    ['cannot tell', 1.09, 1.4],
    ['alike', 0.95, 1.09],
    ['faster', 0.7, 0.9],
    ['cannot tell', 0.7, 0.95],
    ['cannot tell', 0.5, 2],
  ] as const)('is %s for an interval from %f to %f, at a tenth', (verdict, low, high) => {
    expect(verdictOf({ low, high }, 0.1)).toBe(verdict);
  });

  /** Pairs of processes whose times differ by chance with so large a deviation of the logarithm. */
  const slowerIn = (times: number, change: number, deviation: number): number =>
    Array.from({ length: times }, (_, time) => {
      const random = seededRandom('pairs', change, deviation, time);
      return verdictOf(ratioInterval(Array.from({ length: 6 }, (_pair, pair) => change * Math.exp(deviation * random.normal(pair)))), 0.1);
    }).filter((verdict) => verdict === 'slower').length;

  test('finds a fifth in nine of ten, with pairs that differ by 5% by chance, and cries wolf in fewer than one of twenty', () => {
    expect(slowerIn(200, 1.2, 0.05)).toBeGreaterThanOrEqual(180);
    expect(slowerIn(200, 1, 0.05)).toBe(0);
    // Of a change as large as the threshold, one in forty is called slower, whatever the noise.
    for (const deviation of [0.03, 0.1, 0.3]) expect(slowerIn(400, 1.1, deviation)).toBeLessThanOrEqual(20);
  });
});
