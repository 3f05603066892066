/** The vertical axis of a chart of one metric: linear, or logarithmic where costs or times lie far apart. */
import type { MetricName } from '../summary.ts';
import { logTicks, paddedLogRange } from './log-ticks.ts';
import { metricTick } from './metric-ticks.ts';
import type { Plot, PlotOptions } from './svg-plot.ts';

/** Values whose largest is this many times the smallest are drawn on a logarithmic axis. */
const wideRatio = 20;

interface MetricAxis {
  readonly isLogarithmic: boolean;
  readonly y: NonNullable<PlotOptions['y']>;
  /** Marks of the axis' own, to be drawn first. */
  readonly marks: (plot: Plot) => NonNullable<PlotOptions['marks']>;
}

export function metricAxis(metric: MetricName, values: readonly number[]): MetricAxis {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  if ((metric === 'costUsd' || metric === 'latencyMs') && low > 0 && high / low >= wideRatio) {
    const domain = paddedLogRange(values, 0.05);
    const ticks = logTicks(domain, 7);
    return {
      isLogarithmic: true,
      y: { type: 'log', domain, axis: null },
      // Ticks as data: the axis of a logarithmic scale would leave labels out.
      marks: (plot) => [plot.gridY(ticks), plot.axisY(ticks, { text: (value: number) => metricTick(metric, value), label: null })],
    };
  }
  return {
    isLogarithmic: false,
    y: { label: null, grid: true, nice: true, ticks: 5, tickFormat: (value: number) => metricTick(metric, value) },
    marks: () => [],
  };
}
