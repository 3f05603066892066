/** Grows a regression forest for one output. */
import type { Random } from '@ratchet/core';
import type { FeatureMatrix } from './feature-matrix.ts';
import { ForestError } from './forest-error.ts';
import type { ForestOptions } from './forest-settings.ts';
import { type GrownParts, growForest, type ValueTargets } from './grow-forest.ts';
import { type RegressionForest, regressionForest } from './regression-forest.ts';

export interface RegressionGround {
  readonly matrix: FeatureMatrix;
  readonly targets: ValueTargets;
}

/** As `growForest`. */
export function growRegressionForest(ground: RegressionGround, options: ForestOptions, random: Random): RegressionForest {
  return regressionForestOf(growForest({ kind: 'regression', ...ground }, options, random));
}

/** Throws a `ForestError` for the parts of another kind of forest. */
export function regressionForestOf({ parts }: Pick<GrownParts, 'parts'>): RegressionForest {
  if (parts.kind !== 'regression') throw new ForestError('invalid-data', `a ${parts.kind} forest is no regression forest`);
  return regressionForest(parts.ensemble, parts.moments);
}
