/** What an alarm does to evidence: observations from before the change count less, and are never deleted. */
import type { DriftAlarm } from './page-hinkley.ts';

/**
 * discount^(alarms whose change came after this observation). Weighing an arm's older observations by it inflates the
 * covariance of its posterior, so that the arm is explored again, and lets new observations move its mean; power
 * priors: Ibrahim & Chen (2000), "Power Prior Distributions for Regression Models", Statistical Science 15(1). Observations
 * between the change and its alarm are of the new kind, and keep their weight.
 *
 * @param position which of the arm's observations it is, counted from 1 as the alarms' are
 * @param discount in (0, 1]; 1 ignores alarms
 * @returns in (0, 1]
 * @throws RangeError for a discount outside its range
 */
export function evidenceWeight(position: number, alarms: readonly DriftAlarm[], discount: number): number {
  if (!(discount > 0 && discount <= 1)) throw new RangeError(`evidenceWeight: the discount is ${discount}, not in (0, 1]`);
  const changes = alarms.filter(({ onset }) => position < onset).length;
  // Evidence is never deleted, however many alarms there were.
  return Math.max(discount ** changes, Number.MIN_VALUE);
}
