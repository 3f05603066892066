/** Prints the round numbers at the ticks of an axis: no more digits than they have. */
import { formatUsd } from '../measures.ts';
import type { MetricName } from '../summary.ts';

export function metricTick(metric: MetricName, value: number): string {
  if (metric === 'costUsd') return formatUsd(value);
  if (metric !== 'latencyMs') return trimmed(value);
  return Math.abs(value) > 0 && Math.abs(value) < 1000 ? `${trimmed(value)} ms` : `${trimmed(value / 1000)} s`;
}

/** With a plus in front of what is above zero: for axes of differences. */
export function signedMetricTick(metric: MetricName, value: number): string {
  return `${value > 0 ? '+' : ''}${metricTick(metric, value)}`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(4)));
}
