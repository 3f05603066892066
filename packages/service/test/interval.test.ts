import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addValue, intervalOf, noMoments } from '../src/interval.ts';

const values = fc.array(fc.double({ min: 0, max: 1000, noNaN: true }), { minLength: 2, maxLength: 50 });
const everything = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };

describe('moments', () => {
  it('are those of all values, whatever came in between that is not known', () => {
    fc.assert(
      fc.property(values, (all) => {
        const { count, mean, squares } = all.flatMap((value) => [value, null]).reduce(addValue, noMoments);
        const expected = all.reduce((sum, value) => sum + value, 0) / all.length;
        expect(count).toBe(all.length);
        expect(mean).toBeCloseTo(expected, 8);
        expect(squares / 1e6).toBeCloseTo(all.reduce((sum, value) => sum + (value - expected) ** 2, 0) / 1e6, 8);
      }),
    );
  });
});

describe('an interval', () => {
  it('holds the mean, and nothing that cannot be', () => {
    fc.assert(
      fc.property(values, (all) => {
        const interval = intervalOf(all.reduce(addValue, noMoments), { least: 0, most: 1000 });
        if (interval === null) throw new Error('there are values');
        expect([interval.low >= 0, interval.low <= interval.mean + 1e-9, interval.mean <= interval.high + 1e-9, interval.high <= 1000]).toEqual([
          true,
          true,
          true,
          true,
        ]);
      }),
    );
  });

  it('is that of Student for few values, all that is possible for one, none for none', () => {
    // Ten values 1 to 10: 5.5 +- 2.262 x 3.0277 / sqrt(10).
    const ten = intervalOf(Array.from({ length: 10 }, (_, at) => at + 1).reduce(addValue, noMoments), everything);
    expect([ten?.low, ten?.high]).toEqual([expect.closeTo(5.5 - 2.166, 2), expect.closeTo(5.5 + 2.166, 2)]);
    expect(intervalOf(addValue(noMoments, 0.5), { least: 0, most: 1 })).toEqual({ mean: 0.5, low: 0, high: 1 });
    expect(intervalOf(noMoments, everything)).toBeNull();
  });
});
