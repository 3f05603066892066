/** Adjusts p-values for the number of hypotheses tested together (Holm's step-down method). */
import { requireFinite } from './statistics-error.ts';

/**
 * Adjusted p-values, in the order of the input. Rejecting those at most alpha keeps the probability of
 * any false rejection at most alpha, whatever the dependence between the tests. Holm (1979), "A Simple
 * Sequentially Rejective Multiple Test Procedure", Scandinavian Journal of Statistics 6(2): in ascending
 * order of p, the i-th of m (from 1) becomes max over j <= i of min(1, (m - j + 1) * p_j).
 *
 * @param pValues any number of p-values, each in [0, 1]
 * @returns one value per p-value, in [p, 1], in the same order as the raw values (equal ones stay equal)
 * @throws StatisticsError `not-finite`
 * @throws RangeError for a p-value outside [0, 1]
 */
export function holmAdjust(pValues: readonly number[]): number[] {
  const ranked = pValues.map((pValue, index) => ({ pValue: requirePValue(pValue, index), index }));
  ranked.sort((a, b) => a.pValue - b.pValue);
  const adjusted = pValues.map(() => 1);
  let greatest = 0;
  ranked.forEach(({ pValue, index }, rank) => {
    greatest = Math.max(greatest, Math.min(1, (pValues.length - rank) * pValue));
    adjusted[index] = greatest;
  });
  return adjusted;
}

function requirePValue(pValue: number, index: number): number {
  requireFinite(pValue, `p-value ${index}`);
  if (pValue < 0 || pValue > 1) throw new RangeError(`holmAdjust: p-value ${index} is ${pValue}, not in [0, 1]`);
  return pValue;
}
