/** Sums the columns of a table over some of its rows. */

/** How many columns are summed at a time, in registers, over all rows; the width of a table is a multiple of it. */
const block = 5;

export function tableWidth(columns: number): number {
  return Math.ceil(columns / block) * block;
}

/** Writes, for each of the `width` columns, the sum over the rows at the first `count` of `positions`. */
export function sumColumns({ table, width, sums }: ColumnTable, positions: Int32Array, count: number): void {
  for (let column = 0; column < width; column += block) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let e = 0;
    for (let index = 0; index < count; index++) {
      const at = (positions[index] as number) * width + column;
      a += table[at] as number;
      b += table[at + 1] as number;
      c += table[at + 2] as number;
      d += table[at + 3] as number;
      e += table[at + 4] as number;
    }
    sums[column] = a;
    sums[column + 1] = b;
    sums[column + 2] = c;
    sums[column + 3] = d;
    sums[column + 4] = e;
  }
}

export interface ColumnTable {
  /** Rows x width. */
  table: Float64Array;
  width: number;
  /** At least `width` long. */
  sums: Float64Array;
}
