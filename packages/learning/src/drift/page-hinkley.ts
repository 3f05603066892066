/** Watches the residuals of an arm's predictions for a lasting shift (Page-Hinkley test, in both directions). */
import { requireFinite } from '../statistics/statistics-error.ts';

export interface DriftSettings {
  /** Half of the least shift worth an alarm, in standard deviations of a residual. */
  readonly tolerance: number;
  /** Sum of excesses over the tolerance at which an alarm is raised, in standard deviations. */
  readonly threshold: number;
  /**
   * The mean that residuals are compared with is their own, with this many residuals of 0 added: an unbiased prediction has
   * mean 0. 0 is the classical test, which takes a shift among the first residuals for their mean.
   */
  readonly centredPrior: number;
  /** A residual counts as at most so many standard deviations, so that one outlier is no drift. */
  readonly clip: number;
}

/**
 * Measured on standard normal residuals (page-hinkley.test.ts): about 8,000 observations between false alarms; a shift
 * of 1 standard deviation is found after 23 observations when it comes after 10 without one, after 19 when after 200; one of
 * 0.5 after 65. Pass and fail with 80% passes, which are skewed, give about 5,000 between false alarms.
 */
export const driftSettings: DriftSettings = { tolerance: 0.25, threshold: 14, centredPrior: 50, clip: 3 };

export interface DriftAlarm {
  /** Whether residuals (observed - predicted) have risen or fallen. */
  readonly direction: 'up' | 'down';
  /** Which observation raised it, counted from 1. */
  readonly position: number;
  /** The first observation after the change, as estimated by the last time that nothing spoke for one (Page 1954). */
  readonly onset: number;
}

/** How much has added up in one direction, and which observation it began with. */
interface Excess {
  readonly sum: number;
  readonly onset: number;
}

/** Plain data, to be kept in a snapshot. */
export interface DriftState {
  readonly observations: number;
  /** Since the start or the last alarm. */
  readonly count: number;
  readonly mean: number;
  readonly up: Excess;
  readonly down: Excess;
  /** In order of position. */
  readonly alarms: readonly DriftAlarm[];
}

export const noDrift: DriftState = restart(0, []);

/**
 * One more residual. Page (1954), "Continuous Inspection Schemes", Biometrika 41; Hinkley (1971), "Inference about the
 * Change-Point from Cumulative Sum Tests", Biometrika 58(3). After an alarm the test begins anew; give it residuals of
 * a model that has taken note of the alarm (see `evidenceWeight`), or it will soon raise the next.
 *
 * @param residual (observed - predicted) / predicted standard deviation of an observation
 * @throws StatisticsError `not-finite`
 */
export function pageHinkley(state: DriftState, residual: number, settings: DriftSettings = driftSettings): DriftState {
  const { tolerance, threshold, centredPrior, clip } = settings;
  const value = Math.max(-clip, Math.min(clip, requireFinite(residual, 'a residual')));
  const observations = state.observations + 1;
  const count = state.count + 1;
  const mean = state.mean + (value - state.mean) / (count + centredPrior);
  const grown = ({ sum, onset }: Excess, excess: number): Excess => (sum + excess > 0 ? { sum: sum + excess, onset } : { sum: 0, onset: observations + 1 });
  const up = grown(state.up, value - mean - tolerance);
  const down = grown(state.down, mean - value - tolerance);
  if (Math.max(up.sum, down.sum) <= threshold) return { observations, count, mean, up, down, alarms: state.alarms };
  const direction = up.sum >= down.sum ? 'up' : 'down';
  const { onset } = direction === 'up' ? up : down;
  return restart(observations, [...state.alarms, { direction, position: observations, onset }]);
}

/** The alarm that the last residual raised, or null. */
export function alarmNow({ observations, alarms }: DriftState): DriftAlarm | null {
  const last = alarms.at(-1);
  return last?.position === observations ? last : null;
}

function restart(observations: number, alarms: readonly DriftAlarm[]): DriftState {
  const nothing: Excess = { sum: 0, onset: observations + 1 };
  return { observations, count: 0, mean: 0, up: nothing, down: nothing, alarms };
}
