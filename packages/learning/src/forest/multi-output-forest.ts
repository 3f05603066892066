/** A regression forest for several outputs at once, each row of which may lack some; its leaves keep what they saw of each output. */
import type { FeatureMatrix } from './feature-matrix.ts';
import type { LeafMoments } from './leaf-moments.ts';
import { leafEffect, type OutputPrior, predictFromLeaves, requirePrior } from './output-prediction.ts';
import { type LeafFinder, leafFinder, type TreeEnsemble } from './tree-ensemble.ts';

export type { OutputPrior };

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
      const leaves = finder.leaves(row);
      return Float64Array.from({ length: outputs }, (_, output) => {
        let sum = 0;
        for (const leaf of leaves) sum += leafEffect(moments, prior, { leaf, output });
        return (prior.mean[output] as number) + sum / trees;
      });
    },
    predictRows: (matrix, prior) => {
      requirePrior(prior, outputs);
      return predictFromLeaves(finder.leavesOfRows(matrix), { moments, prior, trees }).predictions;
    },
  };
}
