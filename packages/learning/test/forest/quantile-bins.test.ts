import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { featureMatrix } from '../../src/forest/feature-matrix.ts';
import { binRow, binRows, fitBins } from '../../src/forest/quantile-bins.ts';

const anyNumber = fc.oneof(
  fc.double(),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e308, -1e308),
);
const column = fc.array(anyNumber, { minLength: 1, maxLength: 60 });
const maxBins = fc.integer({ min: 2, max: 256 });

function codesOf(values: readonly number[], bins: number): Uint8Array {
  const matrix = featureMatrix(values.map((value) => [value]));
  return binRows(fitBins(matrix, bins), matrix);
}

/** NaN above all, and 0 as -0. */
function isBelow(one: number, other: number): boolean {
  return Number.isNaN(other) ? !Number.isNaN(one) : one < other;
}

describe('quantile bins', () => {
  it('keep the order of values, NaN above every number, and never part equal ones', () => {
    fc.assert(
      fc.property(column, maxBins, (values, bins) => {
        const codes = codesOf(values, bins);
        for (let one = 0; one < values.length; one++) {
          for (let other = 0; other < values.length; other++) {
            const below = isBelow(values[one] as number, values[other] as number);
            const above = isBelow(values[other] as number, values[one] as number);
            const [here, there] = [codes[one] as number, codes[other] as number];
            expect(below ? here <= there : above ? here >= there : here === there).toBe(true);
          }
        }
      }),
    );
  });

  it('are one for each different value where there are few enough', () => {
    fc.assert(
      fc.property(column, (values) => {
        const distinct = new Set(values.map((value) => (value === 0 ? 0 : value)));
        expect(new Set(codesOf(values, 256)).size).toBe(distinct.size);
      }),
    );
  });

  it('are at most as many as allowed', () => {
    fc.assert(
      fc.property(column, maxBins, (values, bins) => {
        expect(Math.max(...codesOf(values, bins))).toBeLessThan(bins);
      }),
    );
  });

  it('hold about equally many of many values', () => {
    const draw = seededRandom('bins').stream();
    const counts = new Int32Array(256);
    for (const code of codesOf(
      Array.from({ length: 10_000 }, () => draw() ** 4),
      256,
    ))
      counts[code] = (counts[code] as number) + 1;
    expect(Math.min(...counts)).toBeGreaterThanOrEqual(38);
    expect(Math.max(...counts)).toBeLessThanOrEqual(41);
  });

  it('are not used up by one frequent value', () => {
    const values = Array.from({ length: 3000 }, (_, index) => (index < 2000 ? 0 : index));
    expect(new Set(codesOf(values, 200)).size).toBe(200);
  });

  it('do not change under a monotone transform', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -40, max: 40 }), { minLength: 1, maxLength: 80 }), maxBins, (values, bins) => {
        const cubed = values.map((value) => value ** 3 + value);
        expect(codesOf(cubed, bins)).toEqual(codesOf(values, bins));
      }),
    );
  });

  it('give a row the codes that it has among all rows, and a new value that of the nearer neighbour', () => {
    const matrix = featureMatrix([
      [1, 5],
      [2, Number.NaN],
      [4, 7],
      [8, Number.POSITIVE_INFINITY],
    ]);
    const bins = fitBins(matrix, 256);
    const codes = new Uint8Array(2);
    for (let row = 0; row < 4; row++) {
      binRow(bins, matrix.values.subarray(2 * row, 2 * row + 2), codes);
      expect(codes).toEqual(binRows(bins, matrix).subarray(2 * row, 2 * row + 2));
    }
    binRow(bins, [2.9, 1e300], codes);
    expect([...codes]).toEqual([1, 2]);
    binRow(bins, [3.1, Number.NaN], codes);
    expect([...codes]).toEqual([2, 3]);
    binRow(bins, [-5, Number.NEGATIVE_INFINITY], codes);
    expect([...codes]).toEqual([0, 0]);
  });
});
