import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crossFittingFold } from '../../src/off-policy/cross-fitting-fold.ts';

describe('crossFittingFold', () => {
  it('puts equal requests into one fold, one of those asked for', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 2, max: 20 }), (request, folds) => {
        const fold = crossFittingFold(request, folds);
        expect(crossFittingFold(`${request}`, folds)).toBe(fold);
        expect(Number.isInteger(fold) && fold >= 0 && fold < folds).toBe(true);
      }),
    );
  });

  it('spreads requests evenly', () => {
    const sizes = [0, 0, 0, 0, 0];
    for (let index = 0; index < 5000; index++) {
      const fold = crossFittingFold(`request ${index}`, 5);
      sizes[fold] = (sizes[fold] as number) + 1;
    }
    for (const size of sizes) expect(Math.abs(size - 1000)).toBeLessThan(120);
  });

  it('refuses a single fold, which would leave nothing to fit on', () => {
    expect(() => crossFittingFold('a', 1)).toThrow(RangeError);
    expect(() => crossFittingFold('a', 2.5)).toThrow(RangeError);
  });
});
