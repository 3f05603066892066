/** Inverts, and solves with, symmetric positive definite matrices through their Cholesky factor, on flat arrays, row by row. */
import { RatchetError } from '@ratchet/core';

export class NotPositiveDefiniteError extends RatchetError {
  readonly kind = 'not-positive-definite';
}

/** Overwrites `matrix` (size x size) with scratch values. Throws a `NotPositiveDefiniteError`. O(size^3). */
export function inverseOfPositiveDefinite(matrix: Float64Array, size: number): Float64Array {
  factorise(matrix, size);
  invertLower(matrix, size);
  const inverse = new Float64Array(size * size);
  // inverse = W^T W with W = L^-1: the sum over rows of W keeps both reads along a row.
  for (let row = 0; row < size; row++) {
    const base = row * size;
    for (let a = 0; a <= row; a++) {
      const factor = matrix[base + a] as number;
      if (factor === 0) continue;
      const target = a * size;
      for (let b = 0; b <= a; b++) inverse[target + b] = (inverse[target + b] as number) + factor * (matrix[base + b] as number);
    }
  }
  for (let a = 0; a < size; a++) for (let b = 0; b < a; b++) inverse[b * size + a] = inverse[a * size + b] as number;
  return inverse;
}

/** The x with matrix x = right. Overwrites `matrix`. Throws a `NotPositiveDefiniteError`. O(size^3). */
export function solvePositiveDefinite(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length;
  factorise(matrix, size);
  const solution = right.slice();
  for (let row = 0; row < size; row++) {
    let sum = solution[row] as number;
    for (let column = 0; column < row; column++) sum -= (matrix[row * size + column] as number) * (solution[column] as number);
    solution[row] = sum / (matrix[row * size + row] as number);
  }
  for (let row = size - 1; row >= 0; row--) {
    const own = (solution[row] as number) / (matrix[row * size + row] as number);
    solution[row] = own;
    for (let column = 0; column < row; column++) solution[column] = (solution[column] as number) - (matrix[row * size + column] as number) * own;
  }
  return solution;
}

/**
 * The lower triangle becomes L with L L^T = matrix. Column by column, each taken out of what is right of it, which passes over
 * zeros: a matrix whose sparse columns come first takes a fraction of the time.
 */
function factorise(matrix: Float64Array, size: number): void {
  const rows = new Int32Array(size);
  const factors = new Float64Array(size);
  for (let column = 0; column < size; column++) {
    const pivot = matrix[column * size + column] as number;
    if (!(pivot > 0)) throw new NotPositiveDefiniteError(`pivot ${column} of ${size} is ${pivot}: the statistics are damaged`);
    const diagonal = Math.sqrt(pivot);
    matrix[column * size + column] = diagonal;
    let count = 0;
    for (let row = column + 1; row < size; row++) {
      const value = matrix[row * size + column] as number;
      if (value === 0) continue;
      const factor = value / diagonal;
      matrix[row * size + column] = factor;
      rows[count] = row;
      factors[count++] = factor;
    }
    for (let a = 0; a < count; a++) {
      const base = (rows[a] as number) * size;
      const factor = factors[a] as number;
      for (let b = 0; b <= a; b++) {
        const at = base + (rows[b] as number);
        matrix[at] = (matrix[at] as number) - factor * (factors[b] as number);
      }
    }
  }
}

/** The lower triangle, L, becomes L^-1: row i of it is (e_i - the part of L left of the diagonal times the rows above) / L_ii. */
function invertLower(matrix: Float64Array, size: number): void {
  const row = new Float64Array(size);
  for (let index = 0; index < size; index++) {
    const base = index * size;
    row.fill(0, 0, index);
    for (let above = 0; above < index; above++) {
      const factor = matrix[base + above] as number;
      if (factor === 0) continue;
      const source = above * size;
      for (let column = 0; column <= above; column++) row[column] = (row[column] as number) - factor * (matrix[source + column] as number);
    }
    const diagonal = matrix[base + index] as number;
    for (let column = 0; column < index; column++) matrix[base + column] = (row[column] as number) / diagonal;
    matrix[base + index] = 1 / diagonal;
  }
}
