/** Split-conformal intervals: how far predictions of answers already judged were off says how far the next one may be. */
import { requireFinite } from '../statistics/statistics-error.ts';
import { fromScale, type MetricScale, toScale } from './metric-scale.ts';
import { leastValue, type MaybeCensored } from './right-censored.ts';

export interface ForecastPoint {
  /** In the metric's unit. */
  readonly predicted: number;
  /**
   * How far off this prediction is expected to be, relative to others, above 0: mostly its predicted standard deviation (of
   * the logarithm, on a logarithmic scale). 1 unless told. Must not depend on what came of it.
   */
  readonly spread?: number | undefined;
}

/** A prediction by a model that has not seen the outcome, and the outcome. */
export interface CalibrationPoint extends ForecastPoint {
  /** In the metric's unit. */
  readonly observed: MaybeCensored;
}

/** Plain data, to be kept in a snapshot. */
export interface Calibration {
  readonly scale: MetricScale;
  /** (observed - predicted) / spread on the scale, ascending; of censored points, the least that it can be. */
  readonly residuals: readonly number[];
  /** Those of uncensored points alone, ascending. */
  readonly uncensored: readonly number[];
}

export type ConformalInterval =
  /** In the metric's unit, low <= high. */
  | { readonly kind: 'interval'; readonly low: number; readonly high: number }
  /** So many calibration points were censored that nothing bounds the metric from above. */
  | { readonly kind: 'lower-bound'; readonly low: number }
  /** Too few calibration points for this coverage. */
  | { readonly kind: 'unknown'; readonly points: number; readonly needed: number };

/**
 * @throws StatisticsError `not-finite`
 * @throws RangeError for an observed value outside the bounds of its scale, and a spread that is not above 0
 */
export function calibrate(points: readonly CalibrationPoint[], scale: MetricScale): Calibration {
  const residuals = points.map((point) => ({ residual: residualOf(point, scale), censored: typeof point.observed !== 'number' }));
  const ascending = (of: typeof residuals) => of.map(({ residual }) => residual).sort((a, b) => a - b);
  return { scale, residuals: ascending(residuals), uncensored: ascending(residuals.filter(({ censored }) => !censored)) };
}

/**
 * An interval that holds the next outcome with at least the given probability, provided that it and the calibration
 * points are exchangeable, however wrong the predictions are; and with at most 2 / (points + 1) more, without ties and
 * censoring. The probability is over calibration sets too: it is no promise for each kind of request.
 *
 * Vovk, Gammerman & Shafer (2005), "Algorithmic Learning in a Random World"; Lei et al. (2018), "Distribution-Free
 * Predictive Inference for Regression", JASA 113(523), section 2.2, with residuals normalised as in section 5.2. Theirs are
 * absolute; these keep their sign, and each end leaves out half, because errors of bounded and of censored metrics are
 * lopsided. Each end is the residual of rank floor((points + 1) (1 - coverage) / 2) from its side.
 *
 * A censored point counts as infinite for the upper end and as its bound for the lower one: what it really is can only
 * move either end inwards, so coverage of the uncensored truth is kept.
 *
 * @param coverage in (0, 1)
 * @throws StatisticsError `not-finite`; RangeError for a coverage or a spread outside its range
 */
export function conformalInterval({ scale, residuals, uncensored }: Calibration, forecast: ForecastPoint, coverage: number): ConformalInterval {
  if (!(coverage > 0 && coverage < 1)) throw new RangeError(`conformalInterval: the coverage is ${coverage}, not in (0, 1)`);
  const points = residuals.length;
  const leftOut = (1 - coverage) / 2;
  // (1 - 0.9) / 2 x 20 comes out just below 1.
  const rank = Math.floor((points + 1) * leftOut + 1e-9);
  if (rank < 1) return { kind: 'unknown', points, needed: Math.ceil(1 / leftOut - 1 - 1e-9) };
  const centre = toScale(forecast.predicted, scale);
  const spread = requireSpread(forecast);
  const low = fromScale(centre + spread * (residuals[rank - 1] as number), scale);
  const highest = uncensored[points - rank];
  return highest === undefined ? { kind: 'lower-bound', low } : { kind: 'interval', low, high: fromScale(centre + spread * highest, scale) };
}

function residualOf(point: CalibrationPoint, scale: MetricScale): number {
  const observed = leastValue(point.observed);
  if (scale.kind === 'bounded' && (observed < scale.low || observed > scale.high)) {
    throw new RangeError(`calibrate: ${observed} was observed, outside of [${scale.low}, ${scale.high}]`);
  }
  return (toScale(observed, scale) - toScale(point.predicted, scale)) / requireSpread(point);
}

function requireSpread({ spread = 1 }: ForecastPoint): number {
  if (requireFinite(spread, 'the spread of a prediction') > 0) return spread;
  throw new RangeError(`the spread of a prediction is ${spread}; it must be above 0`);
}
