/** A regression forest for several outputs at once, each row of which may lack some; its leaves keep what they saw of each output. */
import type { FeatureMatrix } from './feature-matrix.ts';
import { ForestError } from './forest-error.ts';
import type { LeafMoments } from './leaf-moments.ts';
import { type LeafFinder, leafFinder, type TreeEnsemble } from './tree-ensemble.ts';

/** What a prediction falls back to where leaves know little. */
export interface OutputPrior {
  /** Of each output, the prediction without any observation. */
  readonly mean: ArrayLike<number>;
  /** c, at least 0: how many units of observed weight in a leaf the prior counts as. */
  readonly weight: number;
}

/** Flat data and functions over it; leaves go by their index among the leaves of all trees. */
export interface MultiOutputForest extends LeafFinder, LeafMoments {
  readonly ensemble: TreeEnsemble;
  readonly trees: number;
  readonly outputs: number;
  readonly features: number;
  readonly leafCount: number;
  readonly importance: Float64Array;
  /** prior_k + the mean over trees of (S_k - W_k prior_k) / (W_k + c) in the row's leaves, for each output k. */
  predict(row: ArrayLike<number>, prior: OutputPrior): Float64Array;
  /** Rows x outputs, as `predict` of each row. */
  predictRows(matrix: FeatureMatrix, prior: OutputPrior): Float64Array;
}

export function multiOutputForest(ensemble: TreeEnsemble, moments: LeafMoments): MultiOutputForest {
  const { leafCount, importance, nodes, bins } = ensemble;
  const trees = nodes.roots.length;
  const outputs = moments.sum.length / leafCount;
  const finder = leafFinder(ensemble);
  const predictRows = (matrix: FeatureMatrix, prior: OutputPrior): Float64Array => {
    requirePrior(prior, outputs);
    const leaves = finder.leavesOfRows(matrix);
    const predictions = new Float64Array(matrix.rows * outputs);
    for (let row = 0; row < matrix.rows; row++) {
      const sums = predictions.subarray(row * outputs, (row + 1) * outputs);
      for (let tree = 0; tree < trees; tree++) addLeafEffect(sums, leaves[row * trees + tree] as number, { moments, prior });
      finishPrediction(sums, trees, prior);
    }
    return predictions;
  };
  return {
    ...finder,
    ...moments,
    ensemble,
    trees,
    outputs,
    features: bins.features,
    leafCount,
    importance,
    predict: (row, prior) => {
      requirePrior(prior, outputs);
      const sums = new Float64Array(outputs);
      for (const leaf of finder.leaves(row)) addLeafEffect(sums, leaf, { moments, prior });
      finishPrediction(sums, trees, prior);
      return sums;
    },
    predictRows,
  };
}

/** Adds (S_k - W_k prior_k) / (W_k + c) of a leaf to the sums, for each output k; nothing where the leaf knows nothing. */
export function addLeafEffect(sums: Float64Array, leaf: number, { moments, prior }: { readonly moments: LeafMoments; readonly prior: OutputPrior }): void {
  const outputs = sums.length;
  const base = leaf * outputs;
  for (let output = 0; output < outputs; output++) {
    const weight = moments.weight[base + output] as number;
    if (weight === 0) continue;
    const effect = ((moments.sum[base + output] as number) - weight * (prior.mean[output] as number)) / (weight + prior.weight);
    sums[output] = (sums[output] as number) + effect;
  }
}

/** Turns sums of effects over so many trees into predictions; without a tree, into the prior. */
export function finishPrediction(sums: Float64Array, trees: number, prior: OutputPrior): void {
  for (let output = 0; output < sums.length; output++) {
    sums[output] = (prior.mean[output] as number) + (trees === 0 ? 0 : (sums[output] as number) / trees);
  }
}

/** Throws a `ForestError` for a prior of another number of outputs, or one that is not finite. */
export function requirePrior({ mean, weight }: OutputPrior, outputs: number): void {
  if (mean.length !== outputs || !Array.from(mean).every(Number.isFinite)) {
    throw new ForestError('invalid-data', `the prior must have a finite mean for each of ${outputs} outputs`);
  }
  if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) throw new ForestError('invalid-data', `the prior's weight is ${weight}; it must be 0 or more`);
}
