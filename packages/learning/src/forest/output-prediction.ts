/** Predicts several outputs from what leaves know of them, shrunk towards a prior. */
import { ForestError } from './forest-error.ts';
import type { LeafMoments } from './leaf-moments.ts';

/** What a prediction falls back to where leaves know little. */
export interface OutputPrior {
  /** Of each output, the prediction without any observation. */
  readonly mean: ArrayLike<number>;
  /** c, at least 0: how many units of observed weight in a leaf the prior counts as. */
  readonly weight: number;
}

export interface OutputPredictions {
  /** Rows x outputs. */
  readonly predictions: Float64Array;
  /** How many trees each row's predictions come from; 0: they are the prior. */
  readonly trees: Int32Array;
}

/** (S_k - W_k prior_k) / (W_k + c) of a leaf for output k; 0 where the leaf knows nothing of it. */
export function leafEffect({ weight, sum }: LeafMoments, prior: OutputPrior, { leaf, output }: { readonly leaf: number; readonly output: number }): number {
  const cell = leaf * prior.mean.length + output;
  const seen = weight[cell] as number;
  return seen === 0 ? 0 : ((sum[cell] as number) - seen * (prior.mean[output] as number)) / (seen + prior.weight);
}

/**
 * prior_k + the mean of leaf effects, for rows of leaves (rows x trees) of all trees, or of those that `uses` says for a row.
 * Throws a `ForestError` for a prior that does not fit.
 */
export function predictFromLeaves(
  leaves: Int32Array,
  { moments, prior, trees }: { readonly moments: LeafMoments; readonly prior: OutputPrior; readonly trees: number },
  uses?: (tree: number, row: number) => boolean,
): OutputPredictions {
  const outputs = prior.mean.length;
  const rows = leaves.length / trees;
  const effects = effectTable(moments, prior);
  const predictions = new Float64Array(rows * outputs);
  const used = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    const base = row * outputs;
    let count = 0;
    for (let tree = 0; tree < trees; tree++) {
      if (uses !== undefined && !uses(tree, row)) continue;
      const from = (leaves[row * trees + tree] as number) * outputs;
      for (let output = 0; output < outputs; output++) predictions[base + output] = (predictions[base + output] as number) + (effects[from + output] as number);
      count++;
    }
    for (let output = 0; output < outputs; output++) {
      predictions[base + output] = (prior.mean[output] as number) + (count === 0 ? 0 : (predictions[base + output] as number) / count);
    }
    used[row] = count;
  }
  return { predictions, trees: used };
}

/** Throws a `ForestError` for a prior of another number of outputs, or one that is not finite. */
export function requirePrior({ mean, weight }: OutputPrior, outputs: number): void {
  if (mean.length !== outputs || !Array.from(mean).every(Number.isFinite)) {
    throw new ForestError('invalid-data', `the prior must have a finite mean for each of ${outputs} outputs`);
  }
  if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) throw new ForestError('invalid-data', `the prior's weight is ${weight}; it must be 0 or more`);
}

/** The effects of all leaves: divided once, not once a row. */
function effectTable({ weight, sum }: LeafMoments, { mean, weight: extra }: OutputPrior): Float64Array {
  const effects = new Float64Array(sum.length);
  for (let cell = 0, output = 0; cell < effects.length; cell++) {
    const seen = weight[cell] as number;
    if (seen !== 0) effects[cell] = ((sum[cell] as number) - seen * (mean[output] as number)) / (seen + extra);
    if (++output === mean.length) output = 0;
  }
  return effects;
}
