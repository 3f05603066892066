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
  const leafShares = sharesOf(classWeight, classes);
  /** Fills the shares from `to` on from the leaves from `from` on. */
  const vote = (leaves: Int32Array, from: number, { shares, to }: { readonly shares: Float64Array; readonly to: number }): void => {
    for (let at = from; at < from + trees; at++) {
      const base = (leaves[at] as number) * classes;
      for (let which = 0; which < classes; which++) shares[to + which] = (shares[to + which] as number) + (leafShares[base + which] as number);
    }
    let sum = 0;
    for (let which = 0; which < classes; which++) sum += shares[to + which] as number;
    for (let which = 0; which < classes; which++) shares[to + which] = (shares[to + which] as number) / sum;
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
      vote(finder.leaves(row), 0, { shares, to: 0 });
      return shares;
    },
    predictRows: (matrix) => {
      const leaves = finder.leavesOfRows(matrix);
      const shares = new Float64Array(matrix.rows * classes);
      for (let row = 0; row < matrix.rows; row++) vote(leaves, row * trees, { shares, to: row * classes });
      return shares;
    },
  };
}

function sharesOf(classWeight: Float64Array, classes: number): Float64Array {
  const shares = new Float64Array(classWeight.length);
  for (let base = 0; base < shares.length; base += classes) {
    let total = 0;
    for (let at = base; at < base + classes; at++) total += classWeight[at] as number;
    for (let at = base; at < base + classes; at++) shares[at] = (classWeight[at] as number) / total;
  }
  return shares;
}
