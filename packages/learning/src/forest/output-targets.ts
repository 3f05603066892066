/** The observed outputs of the rows that a multi-output forest learns from: some of them, all, or one several times. */
import { ForestError } from './forest-error.ts';

/** The observations of row r are those from `offsets[r]` to before `offsets[r + 1]`. */
export interface OutputTargets {
  /** How many outputs there are (K), 1 to 65,536. */
  readonly outputs: number;
  /** rows + 1, ascending from 0. */
  readonly offsets: Int32Array;
  /** Which output was observed: below K. */
  readonly output: Uint16Array;
  readonly value: Float64Array;
  /** Zero, or from 1e-20 to 1e20. */
  readonly weight: Float64Array;
}

/** Beyond these, squares and their sums would leave the range of numbers. */
const largestTarget = 1e100;
const smallestWeight = 1e-20;
const largestWeight = 1e20;

/** Throws a `ForestError` for targets that are not what the types above say, or not finite. */
export function requireTargets({ outputs, offsets, output, value, weight }: OutputTargets, rows: number): void {
  const refuse = (message: string): never => {
    throw new ForestError('invalid-data', message);
  };
  if (!Number.isInteger(outputs) || outputs < 1 || outputs > 65_536) refuse(`${outputs} outputs; there must be 1 to 65,536`);
  if (offsets.length !== rows + 1) refuse(`${offsets.length} offsets of observations for ${rows} rows; there must be one more than rows`);
  const count = offsets[rows] as number;
  if (offsets[0] !== 0 || output.length !== count || value.length !== count || weight.length !== count) {
    refuse('offsets of observations must begin at 0 and end at the number of observations');
  }
  for (let row = 0; row < rows; row++) if ((offsets[row] as number) > (offsets[row + 1] as number)) refuse('offsets of observations must not descend');
  for (let index = 0; index < count; index++) {
    if ((output[index] as number) >= outputs) refuse(`observation ${index} is of output ${output[index]}, of ${outputs}`);
  }
  requireValues(value);
  requireWeights(weight);
}

/** Throws a `ForestError` for a target that is not finite, or too large to square. */
export function requireValues(values: Float64Array): void {
  const wrong = values.findIndex((value) => !(Math.abs(value) <= largestTarget));
  if (wrong >= 0) throw new ForestError('invalid-data', `target ${wrong} is ${values[wrong]}; targets are numbers within 1e100 of zero`);
}

/** Throws a `ForestError` for a weight that is negative, not finite, or of an extreme size. */
export function requireWeights(weights: Float64Array): void {
  const wrong = weights.findIndex((weight) => !(weight === 0 || (weight >= smallestWeight && weight <= largestWeight)));
  if (wrong >= 0) throw new ForestError('invalid-data', `weight ${wrong} is ${weights[wrong]}; weights are 0, or from 1e-20 to 1e20`);
}

/** Rows that have every output exactly once, all with one weight: what full information looks like. */
export interface DenseTargets {
  /** rows x outputs. */
  readonly values: Float64Array;
  /** Of each row, above zero. */
  readonly weights: Float64Array;
}

/** The same observations row by row, where every row that has any weight has all outputs alike; otherwise `undefined`. */
export function denseTargets({ outputs, offsets, output, value, weight }: OutputTargets): DenseTargets | undefined {
  const rows = offsets.length - 1;
  const weights = new Float64Array(rows);
  if (output.length !== rows * outputs) return undefined;
  const values = new Float64Array(rows * outputs);
  const seen = new Int32Array(outputs).fill(-1);
  for (let row = 0; row < rows; row++) {
    const from = offsets[row] as number;
    if ((offsets[row + 1] as number) - from !== outputs) return undefined;
    for (let index = from; index < from + outputs; index++) {
      const which = output[index] as number;
      if (seen[which] === row || weight[index] !== weight[from]) return undefined;
      seen[which] = row;
      values[row * outputs + which] = value[index] as number;
    }
    weights[row] = weight[from] as number;
  }
  return { values, weights };
}
