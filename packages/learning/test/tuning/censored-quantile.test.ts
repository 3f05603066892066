import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastValue, type MaybeCensored } from '../../src/conformal/right-censored.ts';
import { censoredQuantile } from '../../src/tuning/censored-quantile.ts';

const value = fc.integer({ min: 1, max: 50 });
const values = fc.array(fc.oneof(value, fc.record({ atLeast: value })), { minLength: 1, maxLength: 40 });
const percent = fc.integer({ min: 1, max: 100 });
/** Beyond the greatest is more than any value. */
const size = (all: readonly MaybeCensored[], probability: number) => {
  const found = censoredQuantile(all, probability);
  return found.kind === 'value' ? found.value : Number.POSITIVE_INFINITY;
};

describe('censoredQuantile', () => {
  it('gives the known quantiles of the remission times under 6-MP (Freireich et al. 1963)', () => {
    const times = [6, 6, 6, 7, 10, 13, 16, 22, 23];
    const lost = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map((atLeast) => ({ atLeast }));
    expect(censoredQuantile([...lost, ...times], 0.25)).toEqual({ kind: 'value', value: 13 });
    expect(censoredQuantile([...lost, ...times], 0.5)).toEqual({ kind: 'value', value: 23 });
    expect(censoredQuantile([...lost, ...times], 0.6)).toEqual({ kind: 'beyond', value: 35 });
  });

  it('is the order statistic of rank n x probability, rounded up, when nothing is censored', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), percent, (all, p) => {
        const rank = Math.ceil((all.length * p) / 100);
        expect(censoredQuantile(all, p / 100)).toEqual({ kind: 'value', value: all.toSorted((a, b) => a - b)[rank - 1] });
      }),
    );
  });

  it('never falls when a value is cut off, a bound is raised, or the probability is', () => {
    fc.assert(
      fc.property(values, fc.nat(), percent, fc.nat(20), (all, at, p, more) => {
        const place = at % all.length;
        const now = size(all, p / 100);
        const changed = (to: MaybeCensored) => size(all.with(place, to), p / 100);
        const least = leastValue(all[place] as MaybeCensored);
        expect(changed({ atLeast: least })).toBeGreaterThanOrEqual(now);
        expect(changed({ atLeast: least + more })).toBeGreaterThanOrEqual(now);
        expect(size(all, Math.min(100, p + more) / 100)).toBeGreaterThanOrEqual(now);
      }),
    );
  });

  it('does not depend on the order of the values', () => {
    fc.assert(
      fc.property(values, percent, (all, p) => {
        expect(censoredQuantile(all.toReversed(), p / 100)).toEqual(censoredQuantile(all, p / 100));
      }),
    );
  });

  it('refuses an empty sample, a probability outside its range, and what is no number', () => {
    expect(() => censoredQuantile([], 0.5)).toThrow(expect.objectContaining({ kind: 'empty' }));
    expect(() => censoredQuantile([1], 0)).toThrow(RangeError);
    expect(() => censoredQuantile([Number.NaN], 0.5)).toThrow(expect.objectContaining({ kind: 'not-finite' }));
  });
});
