/** Sorts requests into folds, so that predictions for one come from a model that has not seen it. */
import { seededRandom } from '@ratchet/core';

/**
 * The fold of a request by the hash of its text or id: equal requests share one, and further requests move none. Predict
 * for a fold with a model fitted on all others. Cross-fitting: Chernozhukov et al. (2018), "Double/Debiased Machine
 * Learning", The Econometrics Journal 21(1). With few requests folds are of uneven size, and some may be empty.
 *
 * @param folds how many, a whole number of at least 2
 * @returns a whole number from 0 to folds - 1
 * @throws RangeError for fewer folds
 */
export function crossFittingFold(request: string, folds: number): number {
  if (!Number.isSafeInteger(folds) || folds < 2) throw new RangeError(`crossFittingFold: ${folds} folds; a model needs a whole number of at least 2`);
  return Math.floor(seededRandom('cross-fitting', request).uniform() * folds);
}
