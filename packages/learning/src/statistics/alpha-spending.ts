/** Shares an error budget among the planned looks at an experiment that is still running. */

/**
 * The level to test at on one look, when `looks` of them are planned: alpha / looks, the same on each
 * look. The shares sum to alpha, so by the union bound the probability of a false rejection on any look
 * is at most alpha, however the looks depend on one another and whether or not the later ones are taken.
 *
 * This is the linear spending function alpha * k / K of Lan & DeMets (1983), "Discrete Sequential
 * Boundaries for Clinical Trials", Biometrika 70(3), with the boundary of each look taken from its share
 * alone (Bonferroni). Theirs also uses the correlation between looks and is less conservative, but needs
 * normal statistics with independent increments, which a bootstrap p-value does not promise.
 *
 * @param alpha the total budget, in (0, 1)
 * @param look which look this is, a whole number from 1 to `looks`
 * @param looks how many looks are planned before the first; raising it later breaks the guarantee
 * @throws RangeError for an argument outside its range
 */
export function alphaForLook(alpha: number, look: number, looks: number): number {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alphaForLook: alpha is ${alpha}, not in (0, 1)`);
  if (!Number.isSafeInteger(looks) || looks < 1) {
    throw new RangeError(`alphaForLook: ${looks} looks planned; plan a whole number of at least 1`);
  }
  if (!Number.isSafeInteger(look) || look < 1 || look > looks) {
    throw new RangeError(`alphaForLook: look ${look} is not one of the ${looks} planned, counted from 1`);
  }
  return alpha / looks;
}
