/** A forest that gives the probability of each class; its leaves keep the weight of each class that they saw. */
import type { FeatureMatrix } from './feature-matrix.ts';
import { type LeafFinder, leafFinder, type TreeEnsemble } from './tree-ensemble.ts';

export interface ClassificationForest extends LeafFinder {
  readonly ensemble: TreeEnsemble;
  readonly trees: number;
  readonly classes: number;
  readonly importance: Float64Array;
  /** Leaves x classes: the weight of the rows of each class. */
  readonly classWeight: Float64Array;
  /** The mean over trees of each class's share of the leaf; sums to 1. */
  predict(row: ArrayLike<number>): Float64Array;
  /** Rows x classes. */
  predictRows(matrix: FeatureMatrix): Float64Array;
}

export function classificationForest(ensemble: TreeEnsemble, classWeight: Float64Array): ClassificationForest {
  const trees = ensemble.nodes.roots.length;
  const classes = classWeight.length / ensemble.leafCount;
  const finder = leafFinder(ensemble);
  const totals = new Float64Array(ensemble.leafCount);
  for (let leaf = 0, at = 0; leaf < totals.length; leaf++) {
    for (let which = 0; which < classes; which++, at++) totals[leaf] = (totals[leaf] as number) + (classWeight[at] as number);
  }
  /** Fills one row of predictions from the row's leaves. */
  const vote = (leaves: Int32Array, shares: Float64Array): void => {
    for (const leaf of leaves) {
      const base = leaf * classes;
      const total = totals[leaf] as number;
      for (let which = 0; which < classes; which++) shares[which] = (shares[which] as number) + (classWeight[base + which] as number) / total;
    }
    const sum = shares.reduce((one, other) => one + other, 0);
    for (let which = 0; which < classes; which++) shares[which] = (shares[which] as number) / sum;
  };
  return {
    ...finder,
    ensemble,
    trees,
    classes,
    importance: ensemble.importance,
    classWeight,
    predict: (row) => {
      const shares = new Float64Array(classes);
      vote(finder.leaves(row), shares);
      return shares;
    },
    predictRows: (matrix) => {
      const leaves = finder.leavesOfRows(matrix);
      const shares = new Float64Array(matrix.rows * classes);
      for (let row = 0; row < matrix.rows; row++) {
        vote(leaves.subarray(row * trees, (row + 1) * trees), shares.subarray(row * classes, (row + 1) * classes));
      }
      return shares;
    },
  };
}
