import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldEstimate, repeatedFolds } from '../../src/forest/cross-validation.ts';

describe('repeatedFolds', () => {
  it('tests each row once a repeat, and never trains on a row that it tests', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 60 }), fc.integer({ min: 2, max: 5 }), fc.integer({ min: 1, max: 3 }), (rows, folds, repeats) => {
        const all = repeatedFolds(rows, { folds, repeats }, seededRandom(rows));
        const every = Array.from({ length: rows }, (_, row) => row);
        expect(all.length).toBe(folds * repeats);
        for (const { train, test } of all) expect([...train, ...test].toSorted((one, other) => one - other)).toEqual(every);
        for (let repeat = 0; repeat < repeats; repeat++) {
          const tested = all.slice(repeat * folds, (repeat + 1) * folds).flatMap(({ test }) => test);
          expect(tested.toSorted((one, other) => one - other)).toEqual(every);
        }
      }),
    );
  });
});

describe('foldEstimate', () => {
  it('allows for folds that share their training rows', () => {
    const [fold] = repeatedFolds(50, { folds: 5, repeats: 1 }, seededRandom(1));
    const { mean, standardError } = foldEstimate([1, 2, 3, 4, 5], fold as { train: readonly number[]; test: readonly number[] });
    expect(mean).toBe(3);
    expect(standardError).toBeCloseTo(Math.sqrt(2.5 * (1 / 5 + 1 / 4)), 12);
  });
});
