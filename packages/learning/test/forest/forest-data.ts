/** Small data sets for the tests of the forests. */
import { seededRandom } from '@ratchet/core';
import { type FeatureMatrix, featureMatrix } from '../../src/forest/feature-matrix.ts';
import type { OutputTargets } from '../../src/forest/output-targets.ts';

export interface Observation {
  readonly row: number;
  readonly output: number;
  readonly value: number;
  readonly weight?: number;
}

/** Features uniform in [0, 1). */
export function uniformMatrix(seed: number, rows: number, columns: number): FeatureMatrix {
  const random = seededRandom('matrix', seed);
  return featureMatrix(Array.from({ length: rows }, (_, row) => Array.from({ length: columns }, (_, column) => random.uniform(row, column))));
}

/** A step of the first feature, a slope of the second, and noise. */
export function stepAndSlope({ rows, columns, values }: FeatureMatrix, seed: number): Float64Array {
  const random = seededRandom('noise', seed);
  return Float64Array.from({ length: rows }, (_, row) => {
    const step = (values[row * columns] as number) > 0.5 ? 1 : 0;
    return 10 * step + 5 * (values[row * columns + 1] as number) + random.normal(row);
  });
}

/** Observations in the order of their rows. */
export function outputTargets(rows: number, outputs: number, observations: readonly Observation[]): OutputTargets {
  const sorted = observations.toSorted((one, other) => one.row - other.row);
  const offsets = new Int32Array(rows + 1);
  for (const { row } of sorted) offsets[row + 1] = (offsets[row + 1] as number) + 1;
  for (let row = 0; row < rows; row++) offsets[row + 1] = (offsets[row + 1] as number) + (offsets[row] as number);
  return {
    outputs,
    offsets,
    output: Uint16Array.from(sorted, ({ output }) => output),
    value: Float64Array.from(sorted, ({ value }) => value),
    weight: Float64Array.from(sorted, ({ weight = 1 }) => weight),
  };
}

/** The rows of a matrix as arrays. */
export function rowsOf({ rows, columns, values }: FeatureMatrix): readonly Float64Array[] {
  return Array.from({ length: rows }, (_, row) => values.subarray(row * columns, (row + 1) * columns));
}

/** The features of each row, changed one by one. */
export function mapFeatures(matrix: FeatureMatrix, change: (value: number) => number): FeatureMatrix {
  return { ...matrix, values: matrix.values.map(change) };
}
