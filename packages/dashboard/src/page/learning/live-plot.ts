/** A curve of the last seconds, drawn by uPlot, which is made for data that moves. */
import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';

export interface LivePlot {
  update(seconds: readonly number[], values: readonly (number | null)[]): void;
  resize(width: number): void;
  destroy(): void;
}

interface LivePlotOptions {
  readonly width: number;
  readonly height: number;
  /** A custom property of CSS: its colour now. */
  readonly color: string;
  readonly format: (value: number) => string;
  /** Upper end of the vertical axis, where it is known. */
  readonly most?: number;
}

export function livePlot(host: HTMLElement, { width, height, color, format, most }: LivePlotOptions): LivePlot {
  const look = getComputedStyle(host);
  const colorOf = (name: string) => look.getPropertyValue(name).trim();
  const axis = { stroke: colorOf('--soft'), grid: { stroke: colorOf('--line'), width: 1 }, ticks: { show: false }, font: '11px system-ui, sans-serif' };
  const stroke = colorOf(color);
  const plot = new uPlot(
    {
      width,
      height,
      cursor: { show: false },
      legend: { show: false },
      padding: [8, 8, 0, 0],
      scales: { x: { time: false }, y: { range: (_plot, _low, high) => [0, most ?? Math.max((high ?? 0) * 1.12, 1e-9)] } },
      axes: [
        { ...axis, size: 24, values: (_plot, ticks) => ticks.map((tick) => (tick === 0 ? 'now' : `${tick} s`)) },
        { ...axis, size: 62, values: (_plot, ticks) => ticks.map((tick) => (tick === null ? '' : format(tick))) },
      ],
      series: [
        {},
        {
          stroke,
          width: 2,
          fill: `color-mix(in srgb, ${stroke} 14%, transparent)`,
          spanGaps: true,
          points: { show: false },
        },
      ],
    },
    [[], []],
    host,
  );
  return {
    // Seconds before now: the axis stands still, and the curve moves.
    update: (seconds, values) => plot.setData([seconds.map((_, index) => index + 1 - seconds.length), [...values]]),
    resize: (wide) => plot.setSize({ width: wide, height }),
    destroy: () => plot.destroy(),
  };
}
