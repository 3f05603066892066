/** The scale on which errors of a metric's predictions are alike: as it is and bounded (quality), or logarithmic (cost, latency). */
import { requireFinite } from '../statistics/statistics-error.ts';

export type MetricScale =
  | { readonly kind: 'bounded'; readonly low: number; readonly high: number }
  /** Errors are factors. What is below `least`, a free call for instance, counts as `least`; above 0. */
  | { readonly kind: 'logarithmic'; readonly least: number };

export const qualityScale: MetricScale = { kind: 'bounded', low: 0, high: 1 };
export const costScale: MetricScale = { kind: 'logarithmic', least: 1e-9 };
export const latencyScale: MetricScale = { kind: 'logarithmic', least: 0.1 };

/** From the metric's unit to the scale of its errors. Throws a StatisticsError `not-finite`. */
export function toScale(value: number, scale: MetricScale): number {
  requireFinite(value, 'a value of a metric');
  return scale.kind === 'bounded' ? value : Math.log(Math.max(value, scale.least));
}

/** Back to the metric's unit, and into its range. */
export function fromScale(value: number, scale: MetricScale): number {
  return scale.kind === 'bounded' ? Math.min(scale.high, Math.max(scale.low, value)) : Math.exp(value);
}
