/** What is kept of an arm's qualities: how much evidence there is, and how good it was. */
import { requireFinite } from '../statistics/statistics-error.ts';

/** Plain data; totals add up, so the order of updates does not matter but for rounding. 0 <= sum <= weight. */
export interface QualityTotals {
  /** Sum of the weights of all judged answers. */
  readonly weight: number;
  /** Sum of weight x quality. */
  readonly sum: number;
}

export const noQualities: QualityTotals = { weight: 0, sum: 0 };

/**
 * One more judged answer. A quality that is missing is not told at all.
 *
 * @param quality in [0, 1]
 * @param counted how much it counts, 0 or more: less than 1 after a drift, for instance
 * @throws StatisticsError `not-finite`; RangeError for a quality or a weight that is outside its range
 */
export function addQuality({ weight, sum }: QualityTotals, quality: number, counted = 1): QualityTotals {
  if (!(requireFinite(quality, 'a quality') >= 0 && quality <= 1)) throw new RangeError(`addQuality: the quality is ${quality}, not in [0, 1]`);
  if (requireFinite(counted, 'the weight of a quality') < 0) throw new RangeError(`addQuality: the weight is ${counted}, below 0`);
  return { weight: weight + counted, sum: sum + counted * quality };
}
