/** Grows a multi-output forest, and predicts its own rows from the trees that did not see them. */
import type { Random } from '@ratchet/core';
import { denseCriterion } from './dense-criterion.ts';
import type { FeatureMatrix } from './feature-matrix.ts';
import { type ForestOptions, forestSettings } from './forest-settings.ts';
import { growEnsemble } from './grow-ensemble.ts';
import { momentStore } from './leaf-moments.ts';
import { meanCriterion } from './mean-criterion.ts';
import { addLeafEffect, finishPrediction, type MultiOutputForest, multiOutputForest, type OutputPrior, requirePrior } from './multi-output-forest.ts';
import { denseTargets, type OutputTargets, requireTargets } from './output-targets.ts';
import { sparseCriterion } from './sparse-criterion.ts';

export interface MultiOutputGround {
  readonly matrix: FeatureMatrix;
  readonly targets: OutputTargets;
}

export interface GrownMultiOutputForest {
  readonly forest: MultiOutputForest;
  /** Trees x rows: how often a row was in the tree's sample, at most 255; 0: out of bag, as rows without any weight always are. */
  readonly inBag: Uint8Array;
}

/**
 * Deterministic for a given `random`. Without any row the trees are single leaves that know nothing, and predictions are the prior.
 * Throws a `ForestError` for wrong settings, sizes that disagree, and targets or weights that are not finite.
 */
export function growMultiOutputForest({ matrix, targets }: MultiOutputGround, options: ForestOptions, random: Random): GrownMultiOutputForest {
  const settings = forestSettings(options);
  requireTargets(targets, matrix.rows);
  const leaves = momentStore(targets.outputs);
  const dense = denseTargets(targets);
  const criterion =
    dense === undefined
      ? sparseCriterion(targets, leaves, settings.shrinkage)
      : targets.outputs === 1
        ? meanCriterion(dense, leaves, settings.shrinkage)
        : denseCriterion(dense, leaves, settings.shrinkage);
  const { ensemble, inBag } = growEnsemble({ matrix, usable: observedRows(targets), criterion }, settings, random);
  const moments = leaves.finish();
  return { forest: multiOutputForest({ ...ensemble, leafCount: moments.sum.length / targets.outputs }, moments), inBag };
}

export interface OwnPredictions {
  /** Rows x outputs. */
  readonly predictions: Float64Array;
  /** How many trees each row's predictions come from; 0: they are the prior. */
  readonly trees: Int32Array;
}

/**
 * Predictions for the rows that the forest was grown on, given as they were then, as those of `predict`: `out-of-bag` over the
 * trees whose sample did not have the row (Breiman 2001), `in-sample` over all.
 */
export function predictOwnRows(
  { forest, inBag }: GrownMultiOutputForest,
  matrix: FeatureMatrix,
  { prior, trees: which }: { readonly prior: OutputPrior; readonly trees: 'out-of-bag' | 'in-sample' },
): OwnPredictions {
  const { outputs } = forest;
  requirePrior(prior, outputs);
  const leaves = forest.leavesOfRows(matrix);
  const predictions = new Float64Array(matrix.rows * outputs);
  const trees = new Int32Array(matrix.rows);
  for (let row = 0; row < matrix.rows; row++) {
    const sums = predictions.subarray(row * outputs, (row + 1) * outputs);
    let used = 0;
    for (let tree = 0; tree < forest.trees; tree++) {
      if (which === 'out-of-bag' && inBag[tree * matrix.rows + row] !== 0) continue;
      addLeafEffect(sums, leaves[row * forest.trees + tree] as number, { moments: forest, prior });
      used++;
    }
    finishPrediction(sums, used, prior);
    trees[row] = used;
  }
  return { predictions, trees };
}

function observedRows({ offsets, weight }: OutputTargets): Int32Array {
  const rows = new Int32Array(offsets.length - 1);
  let count = 0;
  for (let row = 0; row < rows.length; row++) {
    let at = offsets[row] as number;
    const end = offsets[row + 1] as number;
    while (at < end && weight[at] === 0) at++;
    if (at < end) rows[count++] = row;
  }
  return rows.slice(0, count);
}
