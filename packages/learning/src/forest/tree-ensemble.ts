/** What all kinds of forests share: bins, trees, and the way of a row to the leaves. */

import { type FeatureMatrix, requireMatrix } from './feature-matrix.ts';
import { ForestError } from './forest-error.ts';
import { binRow, binRows, type QuantileBins } from './quantile-bins.ts';
import { findLeavesOfRow, findLeavesOfRows, type TreeNodes } from './tree-nodes.ts';

export interface TreeEnsemble {
  readonly bins: QuantileBins;
  readonly nodes: TreeNodes;
  /** Leaves of all trees together; each tree's follow those of the tree before it. */
  readonly leafCount: number;
  /** Of each feature, its part of the gain of all splits, the mean over trees that have any; sums to 1, or to 0 where no tree is split. */
  readonly importance: Float64Array;
}

export interface LeafFinder {
  /** One leaf index a tree for a row of features, in `into` where it is given. Throws a `ForestError` for a row of another length. */
  leaves(row: ArrayLike<number>, into?: Int32Array): Int32Array;
  /** Rows x trees. Throws a `ForestError` for a matrix with another number of columns. */
  leavesOfRows(matrix: FeatureMatrix): Int32Array;
}

export function leafFinder({ bins, nodes }: TreeEnsemble): LeafFinder {
  const { features } = bins;
  const codes = new Uint8Array(features);
  return {
    leaves: (row, into = new Int32Array(nodes.roots.length)) => {
      if (row.length !== features) throw new ForestError('invalid-data', `a row of ${row.length} features; the forest was grown on ${features}`);
      binRow(bins, row, codes);
      findLeavesOfRow(nodes, codes, into);
      return into;
    },
    leavesOfRows: (matrix) => {
      requireMatrix(matrix);
      const { rows, columns } = matrix;
      if (columns !== features && rows > 0) throw new ForestError('invalid-data', `rows of ${columns} features; the forest was grown on ${features}`);
      return findLeavesOfRows(nodes, binRows(bins, matrix), { rows, features });
    },
  };
}
