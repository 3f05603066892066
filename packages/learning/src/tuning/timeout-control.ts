/** Sets a timeout by the latencies that were seen: long enough for nearly all calls, no longer than it takes to notice a hung one. */
import type { MaybeCensored } from '../conformal/right-censored.ts';
import { censoredQuantile } from './censored-quantile.ts';

export interface TimeoutSettings {
  /** Share of calls that are to end in time, in (0, 1). */
  readonly quantile: number;
  /** How many times that quantile, above 1. Also the step by which the timeout grows where too many calls hit it to know. */
  readonly margin: number;
  readonly leastMs: number;
  readonly mostMs: number;
  /** With fewer latencies than this, the timeout is `mostMs`. */
  readonly fewest: number;
  /** How many of the latest latencies count. */
  readonly window: number;
}

export const timeoutSettings: TimeoutSettings = { quantile: 0.99, margin: 1.5, leastMs: 1000, mostMs: 120_000, fewest: 20, window: 200 };

/** Plain data: the latest latencies, in milliseconds, oldest first. */
export interface LatencyWindow {
  readonly latenciesMs: readonly MaybeCensored[];
}

export const noLatencies: LatencyWindow = { latenciesMs: [] };

/** A call that hit its timeout is told as `{ atLeast: timeout }`: leaving it out would make the next timeout too short. */
export function observeLatency({ latenciesMs }: LatencyWindow, latencyMs: MaybeCensored, { window }: TimeoutSettings): LatencyWindow {
  return { latenciesMs: [...latenciesMs, latencyMs].slice(-window) };
}

/**
 * In milliseconds, a whole number between `leastMs` and `mostMs`.
 *
 * @throws StatisticsError `not-finite` for such a latency
 */
export function timeoutFor({ latenciesMs }: LatencyWindow, { quantile, margin, leastMs, mostMs, fewest }: TimeoutSettings): number {
  if (latenciesMs.length < Math.max(1, fewest)) return mostMs;
  const { value } = censoredQuantile(latenciesMs, quantile);
  return Math.round(Math.min(mostMs, Math.max(leastMs, margin * value)));
}
