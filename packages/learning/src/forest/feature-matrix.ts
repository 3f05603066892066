/** The features of the rows that a forest learns from or predicts. */
import { ForestError } from './forest-error.ts';

export interface FeatureMatrix {
  readonly rows: number;
  readonly columns: number;
  /** Row by row, rows x columns. Infinities are values like others; NaN is a missing value, which sorts above every number. */
  readonly values: Float64Array;
}

/** Throws a `ForestError` for a row of another length than the first. */
export function featureMatrix(rows: readonly ArrayLike<number>[]): FeatureMatrix {
  const columns = rows[0]?.length ?? 0;
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, index) => {
    if (row.length !== columns) throw new ForestError('invalid-data', `row ${index} has ${row.length} features, the first has ${columns}`);
    values.set(row, index * columns);
  });
  return { rows: rows.length, columns, values };
}

/** Throws a `ForestError` where the sizes disagree. */
export function requireMatrix({ rows, columns, values }: FeatureMatrix): void {
  const whole = Number.isInteger(rows) && Number.isInteger(columns) && rows >= 0 && columns >= 0;
  if (whole && values.length === rows * columns) return;
  throw new ForestError('invalid-data', `${values.length} values are no matrix of ${rows} rows x ${columns} features`);
}
