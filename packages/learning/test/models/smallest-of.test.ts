import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { smallestOf } from '../../src/models/smallest-of.ts';

const few = fc.constantFrom(0, 1, 2, 3, Number.MIN_VALUE, Number.POSITIVE_INFINITY);
const values = fc.oneof(fc.array(few, { maxLength: 200 }), fc.array(fc.double({ min: 0, noNaN: true }), { maxLength: 200 }));

describe('smallestOf', () => {
  it('finds what a plain sort finds, equal ones in the order of the list, and leaves the list as it was', () => {
    fc.assert(
      fc.property(values, fc.oneof(fc.nat(220), fc.nat(2)), fc.integer({ min: -1, max: 199 }), (all, size, given) => {
        const except = given < all.length ? given : -1;
        const plain = all
          .map((value, index) => ({ value, index }))
          .filter(({ value, index }) => index !== except && value < Number.POSITIVE_INFINITY)
          .sort((a, b) => a.value - b.value || a.index - b.index)
          .slice(0, size);
        const list = Float64Array.from(all);
        const found = smallestOf(list, size, except);
        const missing = Array.from({ length: size - plain.length });
        expect([...found.positions]).toEqual([...plain.map(({ index }) => index), ...missing.map(() => 0)]);
        expect([...found.values]).toEqual([...plain.map(({ value }) => value), ...missing.map(() => Number.POSITIVE_INFINITY)]);
        expect([...list]).toEqual(all);
      }),
      { numRuns: 500 },
    );
  });

  it('ends, whatever is no number', () => {
    for (const nans of [1, 50, 99, 100]) {
      const list = Float64Array.from({ length: 100 }, (_, index) => (index < nans ? Number.NaN : 100 - index));
      expect(smallestOf(list, 10, -1).positions).toHaveLength(10);
    }
  });
});
