/** A regression forest for one output: the multi-output forest with one, and predictions that are numbers. */
import type { FeatureMatrix } from './feature-matrix.ts';
import type { LeafMoments } from './leaf-moments.ts';
import { type LeafFinder, leafFinder, type TreeEnsemble } from './tree-ensemble.ts';

export interface RegressionForest extends LeafFinder, LeafMoments {
  readonly ensemble: TreeEnsemble;
  readonly trees: number;
  readonly importance: Float64Array;
  /** The mean over trees of the mean of the row's leaf. */
  predict(row: ArrayLike<number>): number;
  predictRows(matrix: FeatureMatrix): Float64Array;
  /** With the variance of single values: the mean of the leaves' variances plus the variance of their means. */
  predictSpread(row: ArrayLike<number>): { readonly mean: number; readonly variance: number };
}

export function regressionForest(ensemble: TreeEnsemble, moments: LeafMoments): RegressionForest {
  const trees = ensemble.nodes.roots.length;
  const finder = leafFinder(ensemble);
  const meanOf = (leaf: number): number => (moments.sum[leaf] as number) / (moments.weight[leaf] as number);
  const mean = (leaves: Int32Array): number => {
    let sum = 0;
    for (const leaf of leaves) sum += meanOf(leaf);
    return sum / trees;
  };
  return {
    ...finder,
    ...moments,
    ensemble,
    trees,
    importance: ensemble.importance,
    predict: (row) => mean(finder.leaves(row)),
    predictRows: (matrix) => {
      const leaves = finder.leavesOfRows(matrix);
      return Float64Array.from({ length: matrix.rows }, (_, row) => mean(leaves.subarray(row * trees, (row + 1) * trees)));
    },
    predictSpread: (row) => {
      const leaves = finder.leaves(row);
      const centre = mean(leaves);
      let variance = 0;
      for (const leaf of leaves) variance += (moments.deviation[leaf] as number) / (moments.weight[leaf] as number) + (meanOf(leaf) - centre) ** 2;
      return { mean: centre, variance: variance / trees };
    },
  };
}
