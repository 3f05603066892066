import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { rightSingularVectors, type SparseMatrix } from '../../src/embedding/truncated-svd.ts';

describe('rightSingularVectors', () => {
  it('finds the vectors of the dense decomposition, signs fixed', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const rows = graded(seed);
        const found = rightSingularVectors(sparse(rows), 3, seededRandom('svd', seed).stream());
        const exact = new SingularValueDecomposition(new Matrix(rows)).rightSingularVectors;
        for (let vector = 0; vector < 3; vector++) {
          const own = Array.from({ length: 6 }, (_, column) => found[column * 3 + vector] as number);
          const dot = own.reduce((sum, value, column) => sum + value * exact.get(column, vector), 0);
          expect(Math.abs(dot)).toBeCloseTo(1, 4);
          expect(own.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('finds the same from a sample of the range, where there are too many rows for all of their products', () => {
    fc.assert(
      fc.property(fc.nat(1000), (seed) => {
        const few = graded(seed);
        // Repeated rows scale the singular values and leave the right vectors as they are.
        const many = Array.from({ length: 8 }, () => few).flat();
        const exact = rightSingularVectors(sparse(few), 2, seededRandom('svd', seed).stream());
        const sampled = rightSingularVectors(sparse(many), 2, seededRandom('svd', seed).stream());
        sampled.forEach((value, at) => {
          expect(value).toBeCloseTo(exact[at] as number, 4);
        });
      }),
      { numRuns: 30 },
    );
  });

  it('gives orthonormal columns, the same for the same source', () => {
    const matrix = sparse(graded(3));
    const found = rightSingularVectors(matrix, 4, seededRandom('a').stream());
    for (let a = 0; a < 4; a++) {
      for (let b = 0; b <= a; b++) {
        let dot = 0;
        for (let row = 0; row < 6; row++) dot += (found[row * 4 + a] as number) * (found[row * 4 + b] as number);
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 5);
      }
    }
    expect(rightSingularVectors(matrix, 4, seededRandom('a').stream())).toEqual(found);
  });

  it('leaves columns of zeros where the matrix has fewer directions than are asked for', () => {
    const one = sparse([
      [1, 2, 0],
      [2, 4, 0],
    ]);
    const found = rightSingularVectors(one, 3, seededRandom('rank').stream());
    expect(found[0]).toBeCloseTo(1 / Math.sqrt(5), 5);
    expect(found[3]).toBeCloseTo(2 / Math.sqrt(5), 5);
    expect([1, 2, 4, 5, 6, 7, 8].every((at) => found[at] === 0)).toBe(true);
  });

  it('copes with matrices of zeros, of nothing, and with rows of zeros', () => {
    expect([...rightSingularVectors(sparse([[0, 0]]), 2, seededRandom('zero').stream())]).toEqual([0, 0, 0, 0]);
    expect(
      rightSingularVectors(
        { rows: 0, columns: 0, offsets: Int32Array.of(0), column: new Int32Array(), value: new Float32Array() },
        2,
        seededRandom('none').stream(),
      ),
    ).toHaveLength(0);
    const found = rightSingularVectors(
      sparse([
        [0, 0],
        [3, 4],
        [0, 0],
      ]),
      1,
      seededRandom('rows').stream(),
    );
    expect(found[0]).toBeCloseTo(0.6, 5);
  });
});

/** 9 x 6, singular values well apart. */
function graded(seed: number): number[][] {
  const random = seededRandom('graded', seed);
  const factors = (name: string, size: number) => {
    const { q } = qr(Array.from({ length: size }, (_, row) => Array.from({ length: 6 }, (__, column) => random.normal(name, row, column))));
    return q;
  };
  const left = factors('left', 9);
  const right = factors('right', 6);
  return left.map((own) => right.map((other) => own.reduce((sum, value, index) => sum + value * 4 ** -index * (other[index] as number), 0)));
}

/** Gram-Schmidt on the columns. */
function qr(rows: number[][]): { q: number[][] } {
  const q = rows.map((row) => [...row]);
  for (let column = 0; column < 6; column++) {
    for (let before = 0; before < column; before++) {
      const dot = q.reduce((sum, row) => sum + (row[column] as number) * (row[before] as number), 0);
      for (const row of q) row[column] = (row[column] as number) - dot * (row[before] as number);
    }
    const length = Math.sqrt(q.reduce((sum, row) => sum + (row[column] as number) ** 2, 0));
    for (const row of q) row[column] = (row[column] as number) / length;
  }
  return { q };
}

function sparse(rows: readonly (readonly number[])[]): SparseMatrix {
  const column: number[] = [];
  const value: number[] = [];
  const offsets = [0];
  for (const row of rows) {
    row.forEach((entry, index) => {
      if (entry === 0) return;
      column.push(index);
      value.push(entry);
    });
    offsets.push(column.length);
  }
  return {
    rows: rows.length,
    columns: rows[0]?.length ?? 0,
    offsets: Int32Array.from(offsets),
    column: Int32Array.from(column),
    value: Float32Array.from(value),
  };
}
