import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeNumbers, encodeNumbers } from '../../src/learned/number-coding.ts';
import { SnapshotError } from '../../src/snapshot.ts';

const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { maxLength: 30 }).map((values) => Float64Array.from(values));

describe('encodeNumbers and decodeNumbers', () => {
  it('keep every bit of every number', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const decoded = decodeNumbers(encodeNumbers(values));
        expect(decoded).toHaveLength(values.length);
        values.forEach((value, index) => {
          expect(Object.is(decoded[index], value)).toBe(true);
        });
      }),
    );
  });

  it('code a view of a larger buffer, and no more', () => {
    const view = Float64Array.of(1, 2, 3, 4).subarray(1, 3);
    expect([...decodeNumbers(encodeNumbers(view))]).toEqual([2, 3]);
  });

  it('refuse a text that was cut off inside a number', () => {
    const text = encodeNumbers(Float64Array.of(1, 2, 3));
    for (const length of [1, 4, 12, 20, 28]) {
      if (Buffer.from(text.slice(0, length), 'base64').length % 8 !== 0) expect(() => decodeNumbers(text.slice(0, length))).toThrow(SnapshotError);
    }
    expect(() => decodeNumbers(text.slice(0, 12))).toThrow(/cut off/);
  });

  it('refuse numbers that are not finite', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) expect(() => decodeNumbers(encodeNumbers(Float64Array.of(1, value)))).toThrow(SnapshotError);
  });
});
