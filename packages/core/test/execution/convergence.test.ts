import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFixedPoint, isPlateau, isSettled, oscillationPeriod } from '../../src/execution/convergence.ts';
import { resemblance, saysTheSame } from '../../src/execution/resemblance.ts';

const anyText = fc.oneof(
  fc.string(),
  fc.array(fc.constantFrom('a', 'b', 'c', ' ', '\n'), { maxLength: 20 }).map((signs) => signs.join('')),
);

describe('a fixed point', () => {
  test('is what comes back as it was given, but for white space', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(isFixedPoint(text, ` ${text.replaceAll(' ', '\n ')}\n`)).toBe(true);
      }),
    );
    expect(isFixedPoint('a b', 'ab')).toBe(false);
    expect(isFixedPoint('a', 'b')).toBe(false);
  });
});

describe('similarity with patience', () => {
  test('takes as many rounds in a row as it is patient', () => {
    const similarities = [0.99, 0.2, 0.99, 1];
    expect(isSettled(similarities, { threshold: 0.95, patience: 1 })).toBe(true);
    expect(isSettled(similarities, { threshold: 0.95, patience: 2 })).toBe(true);
    expect(isSettled(similarities, { threshold: 0.95, patience: 3 })).toBe(false);
    expect(isSettled([], { threshold: 0, patience: 1 })).toBe(false);
  });

  test('holds exactly where the last rounds are all alike enough', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 4 }),
        (all, threshold, patience) => {
          const last = all.slice(-patience);
          expect(isSettled(all, { threshold, patience })).toBe(last.length === patience && Math.min(...last) >= threshold);
        },
      ),
    );
  });
});

describe('a plateau', () => {
  test('is where patience runs out without a better score', () => {
    expect(isPlateau([0.1, 0.5, 0.5], { patience: 1 })).toBe(true);
    expect(isPlateau([0.1, 0.5, 0.4], { patience: 2 })).toBe(false);
    expect(isPlateau([0.1, 0.5, 0.4, 0.5], { patience: 2 })).toBe(true);
    expect(isPlateau([0.1, 0.5, 0.4, 0.55], { patience: 2 })).toBe(false);
    expect(isPlateau([0.1, 0.5, 0.4, 0.55], { patience: 2, leastGain: 0.1 })).toBe(true);
  });

  test('is never there while each score is better than the last, and always when none is better than the first', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer(), { minLength: 1 }), fc.integer({ min: 1, max: 5 }), (scores, patience) => {
        const rising = [...scores].sort((a, b) => a - b);
        expect(isPlateau(rising, { patience })).toBe(false);
        expect(isPlateau(rising.toReversed(), { patience })).toBe(rising.length > patience);
      }),
    );
  });
});

describe('an oscillation', () => {
  test('is found with its period as soon as the first text comes again', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 6 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 10 }), (period, before, more) => {
        const lead = Array.from({ length: before }, (_, at) => `lead ${at}`);
        const wave = Array.from({ length: period + 1 + more }, (_, at) => `state ${at % period}`);
        const firstFound = Array.from({ length: before + wave.length }, (_, at) => oscillationPeriod([...lead, ...wave].slice(0, at + 1))).findIndex(
          (found) => found !== null,
        );
        expect(firstFound).toBe(before + period);
        expect(oscillationPeriod([...lead, ...wave])).toBe(period);
      }),
    );
  });

  test('is neither a text that is new nor one that repeats the last', () => {
    expect(oscillationPeriod([])).toBe(null);
    expect(oscillationPeriod(['a', 'b', 'c'])).toBe(null);
    expect(oscillationPeriod(['a', 'b', 'b'])).toBe(null);
  });
});

describe('resemblance', () => {
  test('is symmetric, in [0, 1], and 1 exactly for texts with the same runs of words', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const value = resemblance(a, b);
        expect(value).toBe(resemblance(b, a));
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(resemblance(a, a)).toBe(1);
        if (saysTheSame(a, b)) expect(value).toBe(1);
      }),
    );
  });

  test('falls with each word that is changed', () => {
    const words = Array.from({ length: 100 }, (_, at) => `w${at}`);
    const changed = (count: number) => words.map((word, at) => (at % 10 === 0 && at / 10 < count ? 'other' : word)).join(' ');
    const values = [0, 1, 2, 5, 10].map((count) => resemblance(words.join(' '), changed(count)));
    for (const [at, value] of values.entries()) if (at > 0) expect(value).toBeLessThan(values[at - 1] as number);
    expect(resemblance('one two three', 'four five six')).toBe(0);
  });

  test('compares texts of a megabyte', () => {
    const text = Array.from({ length: 200_000 }, (_, at) => `w${at % 1000}`).join(' ');
    expect(resemblance(text, `${text} more`)).toBeGreaterThan(0.99);
  });
});
