import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type RandomKey, restoredRandom, seededRandom } from '../src/random.ts';

/** -0 is the same key as 0. */
const anyNumber = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true })).map((number) => (number === 0 ? 0 : number));
const anyPart: fc.Arbitrary<RandomKey> = fc.oneof(anyNumber, fc.string(), fc.string({ unit: 'binary' }));
const anyKey = fc.array(anyPart, { maxLength: 4 });

const draws = 50_000;
const indices = Array.from({ length: draws }, (_, index) => index);
/** A mean of `draws` values with a given deviation lies within this of its expectation, but for one time in a million. */
const tolerance = (deviation: number) => (5 * deviation) / Math.sqrt(draws);
const uniformDeviation = Math.sqrt(1 / 12);

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
function variance(values: readonly number[]): number {
  const center = mean(values);
  return mean(values.map((value) => (value - center) ** 2));
}
function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return mean(a.map((value, index) => (value - meanA) * ((b[index] as number) - meanB))) / Math.sqrt(variance(a) * variance(b));
}

describe('a draw', () => {
  test('is the same for the same seed and key, and lies in [0, 1)', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (seed, key) => {
        const drawn = seededRandom(...seed).uniform(...key);
        expect(seededRandom(...seed).uniform(...key)).toBe(drawn);
        expect(drawn).toBeGreaterThanOrEqual(0);
        expect(drawn).toBeLessThan(1);
      }),
      { numRuns: 200 },
    );
  });

  test('differs for keys that differ', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (one, other) => {
        fc.pre(fc.stringify(one) !== fc.stringify(other));
        const random = seededRandom('keys');
        expect(random.uniform(...one)).not.toBe(random.uniform(...other));
        expect(seededRandom(...one).uniform()).not.toBe(seededRandom(...other).uniform());
      }),
      { numRuns: 600 },
    );
  });

  test.each<[string, RandomKey[], RandomKey[]]>([
    ['where one part ends', ['ab', 'c'], ['a', 'bc']],
    ['how many parts there are', ['a', ''], ['a']],
    ['a boundary from any letter', ['', ''], ['s']],
    ['no key from an empty one', [], ['']],
    ['a number from its digits', [1], ['1']],
    ['a fraction from two numbers with its bits', [0.5], [0x3fe00000, 0]],
    ['negative numbers from large ones', [-1], [4294967295]],
    ['numbers 2^32 apart', [7], [7 + 2 ** 32]],
    ['close fractions', [0.1], [0.1 + 1e-12]],
    ['order', [1, 2], [2, 1]],
  ])('tells %s', (_what, one, other) => {
    const random = seededRandom(1);
    expect(random.uniform(...one)).not.toBe(random.uniform(...other));
  });

  test('does not depend on the order or number of other draws', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 8 }).chain((keys) => fc.tuple(fc.constant(keys), fc.shuffledSubarray(keys))),
        ([keys, some]) => {
          const one = seededRandom('order');
          const inOrder = new Map(keys.map((key) => [key, [one.uniform(key), one.normal(key), one.child(key).uniform(), one.stream(key)()]]));
          const other = seededRandom('order');
          for (const key of some) {
            const again = [other.stream(key)(), other.child(key).uniform(), other.normal(key), other.uniform(key)].reverse();
            expect(again).toEqual(inOrder.get(key));
          }
        },
      ),
    );
  });
});

describe('draws of neighbouring keys', () => {
  const random = seededRandom('statistics', 2);
  const uniform = indices.map((index) => random.uniform('draw', index));

  test('have the mean and variance of a uniform variable', () => {
    expect(Math.abs(mean(uniform) - 1 / 2)).toBeLessThan(tolerance(uniformDeviation));
    // The deviation of (u - 1/2)^2 is sqrt(1/180).
    expect(Math.abs(variance(uniform) - 1 / 12)).toBeLessThan(tolerance(Math.sqrt(1 / 180)));
  });

  test('fill a hundred bins evenly', () => {
    const bins = new Float64Array(100);
    for (const value of uniform) bins[Math.floor(value * 100)] = (bins[Math.floor(value * 100)] as number) + 1;
    const expected = draws / bins.length;
    const chiSquared = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 99 degrees of freedom: mean 99, deviation 14.1.
    expect(chiSquared).toBeGreaterThan(99 - 5 * 14.1);
    expect(chiSquared).toBeLessThan(99 + 5 * 14.1);
  });

  test.each<[string, (index: number) => number]>([
    ['the next key', (index) => random.uniform('draw', index + 1)],
    ['another name', (index) => random.uniform('other', index)],
    ['the same key as text', (index) => random.uniform('draw', String(index))],
    ['the same key of a child', (index) => random.child('draw').uniform(index)],
    ['the same key of the next seed', (index) => seededRandom('statistics', 3).uniform('draw', index)],
    ['the seed itself as the key', (index) => seededRandom('draw', index).uniform()],
    ['the start of a stream of the same key', (index) => random.stream('draw', index)()],
  ])('do not correlate with those of %s', (_name, draw) => {
    expect(Math.abs(correlation(uniform, indices.map(draw)))).toBeLessThan(tolerance(1));
  });

  test('are independent for seeds that are neighbours, too', () => {
    const first = indices.map((seed) => seededRandom(seed).uniform('decide'));
    const second = indices.map((seed) => seededRandom(seed + 1).uniform('decide'));
    expect(Math.abs(mean(first) - 1 / 2)).toBeLessThan(tolerance(uniformDeviation));
    expect(Math.abs(correlation(first, second))).toBeLessThan(tolerance(1));
  });
});

describe('normal', () => {
  const values = indices.map((index) => seededRandom('normal').normal(index));

  test('has mean 0, variance 1, no skew and the tails of a normal variable', () => {
    expect(values.every(Number.isFinite)).toBe(true);
    expect(Math.abs(mean(values))).toBeLessThan(tolerance(1));
    expect(Math.abs(variance(values) - 1)).toBeLessThan(tolerance(Math.sqrt(2)));
    expect(Math.abs(mean(values.map((value) => value ** 3)))).toBeLessThan(tolerance(Math.sqrt(15)));
    const outside = values.filter((value) => Math.abs(value) > 1.959964).length / draws;
    expect(Math.abs(outside - 0.05)).toBeLessThan(tolerance(Math.sqrt(0.05 * 0.95)));
  });

  test('does not correlate with the next key', () => {
    const next = indices.map((index) => seededRandom('normal').normal(index + 1));
    expect(Math.abs(correlation(values, next))).toBeLessThan(tolerance(1));
  });
});

describe('a stream', () => {
  const take = (next: () => number, length: number) => Array.from({ length }, next);

  test('starts again for every call with the same key, whatever else is drawn meanwhile', () => {
    fc.assert(
      fc.property(anyKey, fc.integer({ min: 1, max: 50 }), (key, length) => {
        const random = seededRandom('stream');
        const one = random.stream(...key);
        const other = random.stream(...key);
        const mixed = Array.from({ length }, () => [one(), random.uniform(...key), other()] as const);
        for (const [left, , right] of mixed) expect(right).toBe(left);
        expect(take(seededRandom('stream').stream(...key), length)).toEqual(mixed.map(([left]) => left));
      }),
    );
  });

  test('is uniform in [0, 1), and free of correlation with itself and with the stream of the next key', () => {
    const values = take(seededRandom('stream').stream(1), draws + 1);
    const others = take(seededRandom('stream').stream(2), draws);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(Math.abs(mean(values) - 1 / 2)).toBeLessThan(tolerance(uniformDeviation));
    expect(Math.abs(variance(values) - 1 / 12)).toBeLessThan(tolerance(Math.sqrt(1 / 180)));
    expect(Math.abs(correlation(values.slice(0, -1), values.slice(1)))).toBeLessThan(tolerance(1));
    expect(Math.abs(correlation(values.slice(0, -1), others))).toBeLessThan(tolerance(1));
  });
});

test('a child is a source of its own: the same for the same keys, however they are nested or not', () => {
  const child = seededRandom('root').child('a', 1);
  expect(child.uniform('x')).toBe(seededRandom('root').child('a', 1).uniform('x'));
  const others = [seededRandom('root').child('a').child(1).uniform('x'), seededRandom('root').uniform('a', 1, 'x'), seededRandom('root', 'a', 1).uniform('x')];
  expect(others).not.toContain(child.uniform('x'));
});

describe('the state of a source', () => {
  test('makes a source with the same draws, children and sequences', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (seed, key) => {
        const random = seededRandom(...seed);
        const restored = restoredRandom(random.state());
        expect(restored.uniform(...key)).toBe(random.uniform(...key));
        expect(restored.normal(...key)).toBe(random.normal(...key));
        expect(restored.child(...key).uniform('x')).toBe(random.child(...key).uniform('x'));
        expect(restored.stream(...key)()).toBe(random.stream(...key)());
        expect(restored.state()).toBe(random.state());
      }),
    );
  });

  test('is 16 hexadecimal digits, whatever was drawn before', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (seed, key) => {
        const random = seededRandom(...seed);
        const before = random.state();
        random.uniform(...key);
        random.child(...key);
        expect(before).toMatch(/^[0-9a-f]{16}$/);
        expect(random.state()).toBe(before);
      }),
    );
  });

  test.each(['', '0123456789abcde', '0123456789abcdef0', '0123456789abcdeg', ' 123456789abcdef'])('is not "%s"', (state) => {
    expect(() => restoredRandom(state)).toThrow(RangeError);
  });
});
