import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaMean, betaSd, drawBeta } from '../../src/beta/beta-distribution.ts';

const parameter = fc.double({ min: 1e-3, max: 1e4, noNaN: true });
const size = 4000;

describe('drawBeta', () => {
  it('has the distribution it claims, where that has a closed form', () => {
    // 0.1% of samples would be farther from it (Kolmogorov-Smirnov).
    const farthest = 1.95 / Math.sqrt(size);
    expect(distance(1, 1, (x) => x)).toBeLessThan(farthest);
    expect(distance(3, 1, (x) => x ** 3)).toBeLessThan(farthest);
    expect(distance(1, 7.5, (x) => 1 - (1 - x) ** 7.5)).toBeLessThan(farthest);
    expect(distance(0.5, 0.5, (x) => (2 / Math.PI) * Math.asin(Math.sqrt(x)))).toBeLessThan(farthest);
    expect(distance(0.05, 1, (x) => x ** 0.05)).toBeLessThan(farthest);
    expect(distance(2, 2, (x) => 3 * x ** 2 - 2 * x ** 3)).toBeLessThan(farthest);
    expect(distance(2, 2.2, (x) => 3 * x ** 2 - 2 * x ** 3)).toBeGreaterThan(farthest);
  });

  it('has the mean and standard deviation of its posterior', () => {
    for (const [alpha, beta] of [
      [0.2, 0.6],
      [8, 2],
      [40.5, 60.25],
      [900, 100],
    ] as const) {
      const draws = sample(alpha, beta);
      const mean = draws.reduce((sum, draw) => sum + draw, 0) / size;
      const sd = Math.sqrt(draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / size);
      expect(Math.abs(mean - betaMean({ alpha, beta }))).toBeLessThan((4 * betaSd({ alpha, beta })) / Math.sqrt(size));
      expect(Math.abs(sd / betaSd({ alpha, beta }) - 1)).toBeLessThan(0.06);
    }
  });

  it('gives a number in [0, 1] for any parameters, and the same for the same key', () => {
    fc.assert(
      fc.property(parameter, parameter, fc.nat(), (alpha, beta, key) => {
        const draw = drawBeta({ alpha, beta }, seededRandom('draw', key));
        expect(draw).toBeGreaterThanOrEqual(0);
        expect(draw).toBeLessThanOrEqual(1);
        expect(drawBeta({ alpha, beta }, seededRandom('draw', key))).toBe(draw);
      }),
    );
  });
});

describe('betaSd', () => {
  it('is that of a uniform variable for 1 and 1, and falls as evidence grows', () => {
    expect(betaSd({ alpha: 1, beta: 1 })).toBeCloseTo(Math.sqrt(1 / 12), 14);
    fc.assert(
      fc.property(parameter, parameter, (alpha, beta) => {
        expect(betaSd({ alpha: 2 * alpha, beta: 2 * beta })).toBeLessThan(betaSd({ alpha, beta }));
      }),
    );
  });
});

function sample(alpha: number, beta: number): readonly number[] {
  return Array.from({ length: size }, (_, index) => drawBeta({ alpha, beta }, seededRandom('beta', index)));
}

/** The greatest distance of the sample's distribution from the given one. */
function distance(alpha: number, beta: number, distribution: (x: number) => number): number {
  const sorted = sample(alpha, beta).toSorted((a, b) => a - b);
  return Math.max(...sorted.map((x, index) => Math.max(Math.abs(distribution(x) - index / size), Math.abs(distribution(x) - (index + 1) / size))));
}
