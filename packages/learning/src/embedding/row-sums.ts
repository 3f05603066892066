/** Sums of rows of a quantised matrix: what placing a text in an embedding comes to. By WebAssembly where it can be had, with the same results to the bit. */
import { type KernelMemory, kernelMemory } from '../kernels/kernels.ts';

/** A matrix in whole numbers: entry = code x scale of its row. A fourth of the memory, and what is saved is what was used. */
export interface QuantisedRows {
  /** Rows x size, row by row. */
  readonly codes: Int8Array;
  /** Of each row. */
  readonly scale: Float32Array;
}

export interface RowSums {
  /** The next row of the sum; `factor` beside the row's own scale. */
  add(row: number, factor: number): void;
  /** Of the rows that were added since the last one; rounded to single precision at each. */
  sum(): Float32Array;
}

/** Rows that are added at once. */
const mostRows = 1024;

/** `size`: of a row, a multiple of 4. */
export function rowSums(rows: QuantisedRows, size: number): RowSums {
  // Factors, then sums, then rows by number, then codes.
  const memory = kernelMemory(12 * mostRows + 4 * size + rows.codes.length);
  return memory === undefined ? plainRowSums(rows, size) : kernelRowSums(rows, size, memory);
}

function kernelRowSums({ codes, scale }: QuantisedRows, size: number, { buffer, kernels }: KernelMemory): RowSums {
  const [sumAt, columnsAt, codesAt] = [8 * mostRows, 8 * mostRows + 4 * size, 12 * mostRows + 4 * size];
  const factors = new Float64Array(buffer, 0, mostRows);
  const sums = new Float32Array(buffer, sumAt, size);
  const columns = new Int32Array(buffer, columnsAt, mostRows);
  new Int8Array(buffer, codesAt, codes.length).set(codes);
  let count = 0;
  const flush = (): void => {
    kernels.addRows(codesAt, size, columnsAt, 0, count, sumAt);
    count = 0;
  };
  return {
    add: (row, factor) => {
      if (count === mostRows) flush();
      columns[count] = row;
      factors[count++] = factor * (scale[row] as number);
    },
    sum: () => {
      flush();
      const result = sums.slice();
      sums.fill(0);
      return result;
    },
  };
}

/** The same in TypeScript: what the kernel is held to, and what there is without it. */
export function plainRowSums({ codes, scale }: QuantisedRows, size: number): RowSums {
  let sums = new Float32Array(size);
  return {
    add: (row, factor) => {
      const base = row * size;
      const own = factor * (scale[row] as number);
      for (let index = 0; index < size; index++) sums[index] = (sums[index] as number) + own * (codes[base + index] as number);
    },
    sum: () => {
      const result = sums;
      sums = new Float32Array(size);
      return result;
    },
  };
}
