/** Data made for the benchmark of forests, the same on every run. */
import { type Random, seededRandom } from '@ratchet/core';

export interface ForestData {
  readonly rows: readonly number[][];
  readonly targets: readonly number[];
}

/** Friedman's first function of ten uniform features, of which five matter (Friedman 1991), with noise of standard deviation 1. */
export function friedman(count: number, features = 10): ForestData {
  const random = seededRandom('friedman', count, features);
  const rows = uniformRows(count, features, random);
  const targets = rows.map((row, index) => {
    const [a, b, c, d, e] = row as [number, number, number, number, number];
    return 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e + random.normal('noise', index);
  });
  return { rows, targets };
}

/** Two classes: which side of its median Friedman's function is on, and one label in twenty turned. */
export function twoClasses(count: number, features = 20): ForestData {
  const { rows, targets } = friedman(count, features);
  const median = targets.toSorted((one, other) => one - other)[Math.floor(count / 2)] as number;
  const random = seededRandom('turned', count);
  return { rows, targets: targets.map((target, index) => Number(target > median !== random.uniform(index) < 0.05)) };
}

export interface OutputData {
  readonly rows: readonly number[][];
  /** Rows x outputs. */
  readonly outputs: readonly number[][];
}

/** Outputs like the quality of several models on a request: a logistic function of eight normal features each, with noise. */
export function manyOutputs(count: number, features: number, outputs: number): OutputData {
  const random = seededRandom('outputs', count, features, outputs);
  const rows = Array.from({ length: count }, (_, row) => Array.from({ length: features }, (_, feature) => random.normal('x', row, feature)));
  const slopes = Array.from({ length: outputs }, (_, output) => Array.from({ length: 8 }, (_, feature) => random.normal('slope', output, feature)));
  return {
    rows,
    outputs: rows.map((row, index) =>
      slopes.map((slope, output) => {
        const logit = slope.reduce((sum, factor, feature) => sum + factor * (row[feature] as number), 0);
        return 1 / (1 + Math.exp(-logit)) + 0.2 * random.normal('noise', index, output);
      }),
    ),
  };
}

function uniformRows(count: number, features: number, random: Random): readonly number[][] {
  return Array.from({ length: count }, (_, row) => Array.from({ length: features }, (_, feature) => random.uniform(row, feature)));
}
