import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactMcNemar } from '../../src/statistics/mcnemar.ts';
import { normalCdf } from '../../src/statistics/normal-distribution.ts';

const count = (max: number) => fc.integer({ min: 0, max });

describe('exactMcNemar', () => {
  it('gives the exact value for small counts', () => {
    expect(exactMcNemar(10, 1)).toBe(0.01171875);
    expect(exactMcNemar(0, 3)).toBe(0.25);
    expect(exactMcNemar(0, 6)).toBe(0.03125);
  });

  it('finds no evidence in equal counts or in none', () => {
    expect(exactMcNemar(0, 0)).toBe(1);
    expect(exactMcNemar(7, 7)).toBe(1);
    expect(exactMcNemar(1, 0)).toBe(1);
  });

  it('agrees with whole-number arithmetic', () => {
    fc.assert(
      fc.property(count(400), count(400), (gained, lost) => {
        expect(exactMcNemar(gained, lost)).toBeCloseTo(wholeNumberPValue(gained, lost), 12);
      }),
    );
  });

  it('stays accurate where binomial coefficients overflow', () => {
    // References summed with 40 decimal digits.
    expect(Math.abs(exactMcNemar(50_500, 49_800) / 0.027304910168579725 - 1)).toBeLessThan(1e-12);
    expect(Math.abs(exactMcNemar(1_000_000, 1_003_000) / 0.03408836507943938 - 1)).toBeLessThan(1e-12);
    expect(Math.abs(exactMcNemar(700, 200) / 1.1691765767235064e-65 - 1)).toBeLessThan(1e-12);
    expect(exactMcNemar(100_000, 10)).toBe(0);
  });

  it('approaches the normal approximation for large counts', () => {
    const z = (Math.abs(250_300 - 249_700) - 1) / Math.sqrt(500_000);
    expect(exactMcNemar(250_300, 249_700)).toBeCloseTo(2 * normalCdf(-z), 5);
  });

  it('does not depend on which side is called gained', () => {
    fc.assert(
      fc.property(count(3000), count(3000), (gained, lost) => {
        expect(exactMcNemar(gained, lost)).toBe(exactMcNemar(lost, gained));
      }),
    );
  });

  it('lies in [0, 1] and falls as the sides draw apart', () => {
    fc.assert(
      fc.property(count(2000), count(2000), (a, b) => {
        const [fewer, more] = [Math.min(a, b), Math.max(a, b)];
        const pValue = exactMcNemar(more, fewer);
        expect(pValue).toBeGreaterThanOrEqual(0);
        expect(pValue).toBeLessThanOrEqual(1);
        expect(exactMcNemar(more + 1, fewer)).toBeLessThanOrEqual(pValue);
      }),
    );
  });

  it('refuses counts that are not counts', () => {
    expect(() => exactMcNemar(Number.NaN, 1)).toThrow(expect.objectContaining({ kind: 'not-finite' }));
    expect(() => exactMcNemar(-1, 1)).toThrow(RangeError);
    expect(() => exactMcNemar(1, 0.5)).toThrow(RangeError);
  });
});

function wholeNumberPValue(gained: number, lost: number): number {
  const pairs = BigInt(gained + lost);
  let coefficient = 1n;
  let sum = 1n;
  for (let chosen = 1n; chosen <= BigInt(Math.min(gained, lost)); chosen += 1n) {
    coefficient = (coefficient * (pairs - chosen + 1n)) / chosen;
    sum += coefficient;
  }
  const scale = 10n ** 20n;
  return Math.min(1, Number((2n * sum * scale) / 2n ** pairs) / Number(scale));
}
