/** Conformal intervals that hold in each group (of arms, say), where the group has points enough. */
import { type Calibration, type CalibrationPoint, type ConformalInterval, calibrate, conformalInterval, type ForecastPoint } from './conformal-interval.ts';
import type { MetricScale } from './metric-scale.ts';

export interface GroupedPoint extends CalibrationPoint {
  readonly group: string;
}

/** Plain data, to be kept in a snapshot. */
export interface GroupedCalibration {
  /** Of all points, whatever their group. */
  readonly all: Calibration;
  readonly groups: Readonly<Record<string, Calibration>>;
}

/**
 * Mondrian conformal prediction: each group is calibrated by its own points, so coverage holds within it, not only over
 * all. Vovk, Gammerman & Shafer (2005), "Algorithmic Learning in a Random World", chapter 4.
 *
 * @param fewest a group with fewer points than this has no calibration of its own, and takes that of all points
 * @throws as `calibrate`
 */
export function calibrateGroups(points: readonly GroupedPoint[], scale: MetricScale, fewest: number): GroupedCalibration {
  const byGroup = Map.groupBy(points, ({ group }) => group);
  const large = [...byGroup].filter(([, members]) => members.length >= fewest).sort(([a], [b]) => (a < b ? -1 : 1));
  return { all: calibrate(points, scale), groups: Object.fromEntries(large.map(([group, members]) => [group, calibrate(members, scale)])) };
}

/** `basis` says whose errors it rests on: those of the group, or, where it had too few, those of all points. */
export type GroupedInterval = ConformalInterval & { readonly basis: 'group' | 'all' };

/** Throws as `conformalInterval`. */
export function groupedInterval({ all, groups }: GroupedCalibration, forecast: ForecastPoint & { readonly group: string }, coverage: number): GroupedInterval {
  // An arm may be called "constructor".
  const own = Object.hasOwn(groups, forecast.group) ? groups[forecast.group] : undefined;
  return own === undefined
    ? { ...conformalInterval(all, forecast, coverage), basis: 'all' }
    : { ...conformalInterval(own, forecast, coverage), basis: 'group' };
}
