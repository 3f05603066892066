/** Grows a classification forest. */
import type { Random } from '@ratchet/core';
import { type ClassificationForest, classificationForest } from './classification-forest.ts';
import type { FeatureMatrix } from './feature-matrix.ts';
import { ForestError } from './forest-error.ts';
import type { ForestOptions } from './forest-settings.ts';
import type { ClassTargets } from './gini-criterion.ts';
import { type GrownParts, growForest } from './grow-forest.ts';

export interface ClassificationGround {
  readonly matrix: FeatureMatrix;
  readonly targets: ClassTargets;
}

/** As `growForest`. */
export function growClassificationForest(ground: ClassificationGround, options: ForestOptions, random: Random): ClassificationForest {
  return classificationForestOf(growForest({ kind: 'classification', ...ground }, options, random));
}

/** Throws a `ForestError` for the parts of another kind of forest. */
export function classificationForestOf({ parts }: Pick<GrownParts, 'parts'>): ClassificationForest {
  if (parts.kind !== 'classification') throw new ForestError('invalid-data', `a ${parts.kind} forest is no classification forest`);
  return classificationForest(parts.ensemble, parts.classWeight);
}
