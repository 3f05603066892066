/** The leading right singular vectors of a sparse matrix, by randomised subspace iteration. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/** Compressed rows: row i has values[offsets[i] .. offsets[i + 1]) in columns[...]. */
export interface SparseMatrix {
  readonly rows: number;
  readonly columns: number;
  readonly offsets: Int32Array;
  readonly column: Int32Array;
  readonly value: Float32Array;
}

const oversampling = 12;
const iterations = 2;

/**
 * Columns x rank, row by row: the projection onto the leading right singular vectors, signs fixed so that the entry of
 * largest size in each is positive. Halko, Martinsson and Tropp (2011), "Finding structure with randomness", algorithm 4.4; where
 * the matrix has at most twice the rows that it would sample, exactly, from the products of its rows, which takes less time.
 * At most min(rows, columns) vectors; fewer leave columns of zeros. O(nonzeros x rank).
 */
export function rightSingularVectors(matrix: SparseMatrix, rank: number, random: () => number): Float32Array {
  const { rows, columns } = matrix;
  const width = Math.min(rank + oversampling, rows, columns);
  const result = new Float32Array(columns * rank);
  if (width === 0) return result;
  const left = rows <= 2 * (rank + oversampling) ? leftVectors(rowProducts(matrix), rows, rank) : sampledLeftVectors(matrix, { rank, width }, random);
  const kept = left.length / rows;
  const right = multiplyTransposed(matrix, left, kept);
  const largest = new Float64Array(kept);
  for (let row = 0; row < columns; row++) {
    for (let target = 0; target < kept; target++) {
      const value = right[row * kept + target] as number;
      if (Math.abs(value) > Math.abs(largest[target] as number)) largest[target] = value;
    }
  }
  for (let row = 0; row < columns; row++) {
    for (let target = 0; target < kept; target++) {
      const value = right[row * kept + target] as number;
      result[row * rank + target] = (largest[target] as number) < 0 ? -value : value;
    }
  }
  return result;
}

/** Rows x vectors: eigenvectors of a symmetric rows x rows matrix over the roots of their eigenvalues, the at most `most` leading ones. */
function leftVectors(squared: Float64Array, size: number, most: number): Float64Array {
  const decomposition = new EigenvalueDecomposition(Matrix.from1DArray(size, size, Array.from(squared)), { assumeSymmetric: true });
  const values = decomposition.realEigenvalues;
  const vectors = decomposition.eigenvectorMatrix.to1DArray();
  const order = Array.from({ length: size }, (_, index) => index).sort((a, b) => (values[b] as number) - (values[a] as number));
  const least = 1e-9 * Math.max(values[order[0] as number] as number, 1e-300);
  const kept = order.slice(0, most).filter((index) => (values[index] as number) > least);
  const left = new Float64Array(size * kept.length);
  kept.forEach((source, target) => {
    const scale = 1 / Math.sqrt(values[source] as number);
    for (let row = 0; row < size; row++) left[row * kept.length + target] = (vectors[row * size + source] as number) * scale;
  });
  return left;
}

/** The same of A A^T, from a random sample of its range. */
function sampledLeftVectors(matrix: SparseMatrix, { rank, width }: { readonly rank: number; readonly width: number }, random: () => number): Float64Array {
  const { rows, columns } = matrix;
  let range: Float64Array = new Float64Array(columns * width);
  for (let index = 0; index < range.length; index++) range[index] = random() + random() + random() - 1.5;
  let image: Float64Array = new Float64Array(0);
  for (let iteration = 0; iteration <= iterations; iteration++) {
    image = multiply(matrix, range, width);
    orthonormalise(image, rows, width);
    range = multiplyTransposed(matrix, image, width);
  }
  // With Q the orthonormal image, Q^T A A^T Q has the squared singular values of Q Q^T A, and A^T Q W / s its right singular vectors.
  const inner = leftVectors(transposedProduct(image, multiply(matrix, range, width), rows, width), width, rank);
  const kept = inner.length / width;
  const left = new Float64Array(rows * kept);
  for (let row = 0; row < rows; row++) {
    for (let index = 0; index < width; index++) {
      const factor = image[row * width + index] as number;
      for (let target = 0; target < kept; target++) {
        left[row * kept + target] = (left[row * kept + target] as number) + factor * (inner[index * kept + target] as number);
      }
    }
  }
  return left;
}

/** A A^T, rows x rows. */
function rowProducts({ rows, columns, offsets, column, value }: SparseMatrix): Float64Array {
  const products = new Float64Array(rows * rows);
  const dense = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    const from = offsets[row] as number;
    const to = offsets[row + 1] as number;
    for (let at = from; at < to; at++) dense[column[at] as number] = value[at] as number;
    for (let other = 0; other <= row; other++) {
      let sum = 0;
      for (let at = offsets[other] as number; at < (offsets[other + 1] as number); at++) sum += (value[at] as number) * (dense[column[at] as number] as number);
      products[row * rows + other] = sum;
      products[other * rows + row] = sum;
    }
    for (let at = from; at < to; at++) dense[column[at] as number] = 0;
  }
  return products;
}

/** A^T B of two matrices of rows x width, made symmetric: width x width. */
function transposedProduct(a: Float64Array, b: Float64Array, rows: number, width: number): Float64Array {
  const result = new Float64Array(width * width);
  for (let row = 0; row < rows; row++) {
    const base = row * width;
    for (let p = 0; p < width; p++) {
      const factor = a[base + p] as number;
      if (factor === 0) continue;
      for (let q = 0; q < width; q++) result[p * width + q] = (result[p * width + q] as number) + factor * (b[base + q] as number);
    }
  }
  for (let p = 0; p < width; p++) {
    for (let q = 0; q < p; q++) {
      const mean = ((result[p * width + q] as number) + (result[q * width + p] as number)) / 2;
      result[p * width + q] = mean;
      result[q * width + p] = mean;
    }
  }
  return result;
}

/** A X, rows x width. */
function multiply({ rows, offsets, column, value }: SparseMatrix, dense: Float64Array, width: number): Float64Array {
  const result = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const target = row * width;
    for (let at = offsets[row] as number; at < (offsets[row + 1] as number); at++) {
      const factor = value[at] as number;
      const source = (column[at] as number) * width;
      for (let index = 0; index < width; index++) result[target + index] = (result[target + index] as number) + factor * (dense[source + index] as number);
    }
  }
  return result;
}

/** A^T X, columns x width. */
function multiplyTransposed({ rows, columns, offsets, column, value }: SparseMatrix, dense: Float64Array, width: number): Float64Array {
  const result = new Float64Array(columns * width);
  for (let row = 0; row < rows; row++) {
    const source = row * width;
    for (let at = offsets[row] as number; at < (offsets[row + 1] as number); at++) {
      const factor = value[at] as number;
      const target = (column[at] as number) * width;
      for (let index = 0; index < width; index++) result[target + index] = (result[target + index] as number) + factor * (dense[source + index] as number);
    }
  }
  return result;
}

/**
 * Columns become orthonormal (Cholesky QR, done twice for accuracy: Yamamoto et al. 2015); a column that depends on earlier
 * ones becomes zero.
 */
function orthonormalise(matrix: Float64Array, rows: number, width: number): void {
  for (let pass = 0; pass < 2; pass++) {
    const gram = new Float64Array(width * width);
    for (let row = 0; row < rows; row++) {
      const base = row * width;
      for (let a = 0; a < width; a++) {
        const factor = matrix[base + a] as number;
        if (factor === 0) continue;
        const target = a * width;
        for (let b = 0; b <= a; b++) gram[target + b] = (gram[target + b] as number) + factor * (matrix[base + b] as number);
      }
    }
    // gram = L L^T in place, then each row of the matrix is solved by forward substitution with L.
    const dependent = new Uint8Array(width);
    for (let a = 0; a < width; a++) {
      const original = gram[a * width + a] as number;
      for (let b = 0; b <= a; b++) {
        let sum = gram[a * width + b] as number;
        for (let inner = 0; inner < b; inner++) sum -= (gram[a * width + inner] as number) * (gram[b * width + inner] as number);
        if (b < a) gram[a * width + b] = dependent[b] === 1 ? 0 : sum / (gram[b * width + b] as number);
        else if (sum > 1e-12 * original) gram[a * width + a] = Math.sqrt(sum);
        else dependent[a] = 1;
      }
    }
    for (let row = 0; row < rows; row++) {
      const base = row * width;
      for (let a = 0; a < width; a++) {
        if (dependent[a] === 1) {
          matrix[base + a] = 0;
          continue;
        }
        let sum = matrix[base + a] as number;
        for (let inner = 0; inner < a; inner++) sum -= (gram[a * width + inner] as number) * (matrix[base + inner] as number);
        matrix[base + a] = sum / (gram[a * width + a] as number);
      }
    }
  }
}
