/** Grows a multi-output forest, and predicts its own rows from the trees that did not see them. */
import type { Random } from '@ratchet/core';
import type { FeatureMatrix } from './feature-matrix.ts';
import { ForestError } from './forest-error.ts';
import type { ForestOptions } from './forest-settings.ts';
import { type GrownParts, growForest } from './grow-forest.ts';
import { type MultiOutputForest, multiOutputForest } from './multi-output-forest.ts';
import { type OutputPredictions, type OutputPrior, predictFromLeaves, requirePrior } from './output-prediction.ts';
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

/** `trees`: how many trees each row's predictions come from. */
export type OwnPredictions = OutputPredictions;

/**
 * Predictions for the rows that the forest was grown on, given as they were then, as those of `predict`: `out-of-bag` over the
 * trees whose sample did not have the row (Breiman 2001), `in-sample` over all.
 */
export function predictOwnRows(
  { forest, inBag }: GrownMultiOutputForest,
  matrix: FeatureMatrix,
  { prior, trees: which }: { readonly prior: OutputPrior; readonly trees: 'out-of-bag' | 'in-sample' },
): OwnPredictions {
  requirePrior(prior, forest.outputs);
  const isOut = (tree: number, row: number): boolean => inBag[tree * matrix.rows + row] === 0;
  const source = { moments: forest, prior, trees: forest.trees };
  return predictFromLeaves(forest.leavesOfRows(matrix), source, which === 'out-of-bag' ? isOut : undefined);
}
