import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holmAdjust } from '../../src/statistics/holm.ts';

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 });

describe('holmAdjust', () => {
  it('agrees with p.adjust of R', () => {
    const adjusted = holmAdjust([0.01, 0.04, 0.03, 0.005]);
    expect(adjusted.map((pValue) => Number(pValue.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02]);
  });

  it('leaves a single p-value and an empty list alone', () => {
    expect(holmAdjust([0.03])).toEqual([0.03]);
    expect(holmAdjust([])).toEqual([]);
  });

  it('never goes below the raw value, above 1 or above Bonferroni', () => {
    fc.assert(
      fc.property(pValues, (raw) => {
        holmAdjust(raw).forEach((adjusted, index) => {
          expect(adjusted).toBeGreaterThanOrEqual(raw[index] as number);
          expect(adjusted).toBeLessThanOrEqual(Math.min(1, raw.length * (raw[index] as number)));
        });
      }),
    );
  });

  it('keeps the order of the raw values and gives equal ones equal results', () => {
    fc.assert(
      fc.property(pValues, fc.nat(), (raw, pick) => {
        const repeated = raw.length === 0 ? raw : [...raw, raw[pick % raw.length] as number];
        const ranked = repeated.map((pValue, index) => ({ pValue, adjusted: holmAdjust(repeated)[index] as number })).sort((a, b) => a.pValue - b.pValue);
        ranked.slice(1).forEach((next, index) => {
          const previous = ranked[index] as (typeof ranked)[number];
          expect(next.adjusted).toBeGreaterThanOrEqual(previous.adjusted);
          if (next.pValue === previous.pValue) expect(next.adjusted).toBe(previous.adjusted);
        });
      }),
    );
  });

  it('does not depend on the order of the tests', () => {
    fc.assert(
      fc.property(pValues, (raw) => {
        expect(holmAdjust(raw.toReversed())).toEqual(holmAdjust(raw).toReversed());
      }),
    );
  });

  it('refuses what is not a p-value and leaves its input as it was', () => {
    expect(() => holmAdjust([0.1, Number.NaN])).toThrow(expect.objectContaining({ kind: 'not-finite' }));
    expect(() => holmAdjust([1.1])).toThrow(RangeError);
    const raw = Object.freeze([0.3, 0.1]);
    expect(holmAdjust(raw)).toEqual([0.3, 0.2]);
  });
});
