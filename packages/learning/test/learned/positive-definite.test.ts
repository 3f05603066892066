import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { inverse, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { inverseOfPositiveDefinite, NotPositiveDefiniteError } from '../../src/learned/positive-definite.ts';

describe('inverseOfPositiveDefinite', () => {
  it('agrees with a general inverse, is symmetric, and undoes the matrix', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 12 }), (seed, size) => {
        const matrix = positiveDefinite(seed, size);
        const found = new Matrix(rowsOf(inverseOfPositiveDefinite(Float64Array.from(matrix.to1DArray()), size), size));
        expect(distance(found, inverse(matrix))).toBeLessThan(1e-8);
        expect(distance(found, found.transpose())).toBe(0);
        expect(distance(found.mmul(matrix), Matrix.eye(size))).toBeLessThan(1e-8);
      }),
    );
  });

  it('reads the lower triangle alone', () => {
    const matrix = positiveDefinite(1, 4).to1DArray();
    const lower = matrix.map((value, index) => (index % 4 > Math.floor(index / 4) ? 99 : value));
    expect(inverseOfPositiveDefinite(Float64Array.from(lower), 4)).toEqual(inverseOfPositiveDefinite(Float64Array.from(matrix), 4));
  });

  it('refuses a matrix that is not positive definite, or holds what is no number', () => {
    const refused = [[0], [-1], [1, 2, 2, 1], [1, 1, 1, 1], [Number.NaN]];
    for (const values of refused)
      expect(() => inverseOfPositiveDefinite(Float64Array.from(values), Math.sqrt(values.length))).toThrow(NotPositiveDefiniteError);
  });
});

/** A^T A + 0.1 for a random A. */
function positiveDefinite(seed: number, size: number): Matrix {
  const random = seededRandom('matrix', seed);
  const factor = new Matrix(Array.from({ length: size }, (_, row) => Array.from({ length: size }, (_unused, column) => random.normal(row, column))));
  return factor.transpose().mmul(factor).add(Matrix.eye(size).mul(0.1));
}

function rowsOf(values: Float64Array, size: number): number[][] {
  return Array.from({ length: size }, (_, row) => Array.from(values.subarray(row * size, (row + 1) * size)));
}

function distance(a: Matrix, b: Matrix): number {
  return Matrix.sub(a, b).abs().max();
}
