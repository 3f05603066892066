import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeEmbedding } from '../../src/embedding/provided-embedding.ts';
import { embeddingSize } from '../../src/embedding/text-embedding.ts';

const numbers = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1, maxLength: 400 });

describe('placeEmbedding', () => {
  it('has length 1 and as many dimensions as places have, whatever the numbers, unless all are 0', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const place = placeEmbedding(values);
        expect(place).toHaveLength(embeddingSize);
        const length = Math.hypot(...place);
        if (values.every((value) => value === 0)) expect(length).toBe(0);
        else if (values.length <= embeddingSize) expect(length).toBeCloseTo(1, 5);
        // Signs may cancel what is of one size.
        else expect(Math.abs(length - 1) < 1e-5 || length === 0).toBe(true);
      }),
    );
  });

  it('keeps the angles between texts, of a long embedding about', () => {
    const random = seededRandom('angles');
    for (const [dimensions, off] of [
      [100, 1e-6],
      [1536, 0.35],
    ] as const) {
      const near = (seed: number, noise: number) =>
        Array.from({ length: dimensions }, (_, index) => random.normal('topic', seed, index) + noise * random.normal('text', seed, noise, index));
      for (let seed = 0; seed < 20; seed++) {
        const [a, b] = [near(seed, 0.2), near(seed, 0.8)];
        expect(Math.abs(cosine(placeEmbedding(a), placeEmbedding(b)) - cosine(a, b))).toBeLessThan(off);
      }
    }
  });

  it('refuses numbers that are none, and none at all', () => {
    expect(() => placeEmbedding([])).toThrow('an embedding without numbers');
    expect(() => placeEmbedding([1, Number.NaN])).toThrow('number 2 of an embedding is NaN');
    expect(() => placeEmbedding([Number.POSITIVE_INFINITY])).toThrow('number 1 of an embedding is Infinity');
  });
});

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
    Array.from(x, (value, index) => value * (y[index] as number)).reduce((sum, value) => sum + value, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
