import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChosenErrors, chosenErrors } from '../../src/learned/chosen-errors.ts';

const settings = { biasSd: 0.03, variance: 0.1 };
const outcomes = fc.array(fc.record({ weight: fc.double({ min: 0.5, max: 50, noNaN: true }), error: fc.double({ min: -1, max: 1, noNaN: true }) }), {
  minLength: 1,
  maxLength: 60,
});

describe('chosenErrors', () => {
  it('expects none where nothing that was chosen was asked', () => {
    expect(chosenErrors(settings).expected()).toBe(0);
  });

  it('expects less than the weighted mean error, on its side, whatever the scale of the weights', () => {
    fc.assert(
      fc.property(outcomes, fc.double({ min: 0.1, max: 10, noNaN: true }), (seen, scale) => {
        const mean = seen.reduce((sum, { weight, error }) => sum + weight * error, 0) / seen.reduce((sum, { weight }) => sum + weight, 0);
        const expected = filled(seen).expected();
        expect(Math.abs(expected)).toBeLessThanOrEqual(Math.abs(mean) + 1e-12);
        expect(expected * mean).toBeGreaterThanOrEqual(-1e-12);
        expect(filled(seen.map(({ weight, error }) => ({ weight: scale * weight, error }))).expected()).toBeCloseTo(expected, 9);
      }),
    );
  });

  it('expects the more of the mean error the more outcomes tell it, and hardly anything of a few', () => {
    const seen = (count: number) => Array.from({ length: count }, (_, index) => ({ weight: 1, error: seededRandom('errors').normal(index) * 0.3 - 0.05 }));
    const few = filled(seen(10)).expected();
    const many = filled(seen(20_000)).expected();
    expect(Math.abs(few)).toBeLessThan(0.02);
    expect(many).toBeLessThan(-0.045);
    expect(many).toBeGreaterThan(-0.055);
  });

  it('errs less than no correction and than the whole one, where errors are as large as it takes them to be', () => {
    const squared = { none: 0, shrunk: 0, whole: 0 };
    for (let run = 0; run < 300; run++) {
      const random = seededRandom('run', run);
      const bias = settings.biasSd * random.normal('bias');
      const seen = Array.from({ length: 100 }, (_, index) => ({ weight: 1 + 9 * random.uniform('weight', index), error: bias + 0.3 * random.normal(index) }));
      const whole = seen.reduce((sum, { weight, error }) => sum + weight * error, 0) / seen.reduce((sum, { weight }) => sum + weight, 0);
      squared.none += bias ** 2;
      squared.whole += (whole - bias) ** 2;
      squared.shrunk += (filled(seen).expected() - bias) ** 2;
    }
    expect(squared.shrunk).toBeLessThan(0.85 * squared.none);
    expect(squared.shrunk).toBeLessThan(0.85 * squared.whole);
  });
});

function filled(seen: readonly { readonly weight: number; readonly error: number }[]): ChosenErrors {
  const errors = chosenErrors(settings);
  for (const { weight, error } of seen) errors.add(weight, error);
  return errors;
}
