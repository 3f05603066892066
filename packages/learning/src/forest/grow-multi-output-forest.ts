/** Grows a multi-output forest, and predicts its own rows from the trees that did not see them. */
import type { Random } from '@ratchet/core';
import type { FeatureMatrix } from './feature-matrix.ts';
import { ForestError } from './forest-error.ts';
import type { ForestOptions } from './forest-settings.ts';
import { type GrownParts, growForest } from './grow-forest.ts';
import { addLeafEffect, finishPrediction, type MultiOutputForest, multiOutputForest, type OutputPrior, requirePrior } from './multi-output-forest.ts';
import type { OutputTargets } from './output-targets.ts';

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
  return grownMultiOutputForest(growForest({ kind: 'multi-output', matrix, targets }, options, random));
}

/** Throws a `ForestError` for the parts of another kind of forest. */
export function grownMultiOutputForest({ parts, inBag }: GrownParts): GrownMultiOutputForest {
  if (parts.kind !== 'multi-output') throw new ForestError('invalid-data', `a ${parts.kind} forest is no multi-output forest`);
  return { forest: multiOutputForest(parts.ensemble, parts.moments), inBag };
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
