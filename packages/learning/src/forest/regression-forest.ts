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
  const means = moments.sum.map((sum, leaf) => sum / (moments.weight[leaf] as number));
  /** Over the trees of a row, whose leaves begin at `from`. */
  const mean = (leaves: Int32Array, from: number): number => {
    let sum = 0;
    for (let at = from; at < from + trees; at++) sum += means[leaves[at] as number] as number;
    return sum / trees;
  };
  return {
    ...finder,
    ...moments,
    ensemble,
    trees,
    importance: ensemble.importance,
    predict: (row) => mean(finder.leaves(row), 0),
    predictRows: (matrix) => {
      const leaves = finder.leavesOfRows(matrix);
      const predictions = new Float64Array(matrix.rows);
      for (let row = 0; row < matrix.rows; row++) predictions[row] = mean(leaves, row * trees);
      return predictions;
    },
    predictSpread: (row) => {
      const leaves = finder.leaves(row);
      const centre = mean(leaves, 0);
      let variance = 0;
      for (const leaf of leaves) variance += (moments.deviation[leaf] as number) / (moments.weight[leaf] as number) + ((means[leaf] as number) - centre) ** 2;
      return { mean: centre, variance: variance / trees };
    },
  };
}
