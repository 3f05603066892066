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

/** Fewer than this are marked, so that a single one is seen. */
const fewPoints = 40;

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
      padding: [8, 18, 0, 0],
      scales: { x: { time: false }, y: { range: (_plot, _low, high) => [0, most ?? (high > 0 ? high * 1.12 : 1)] } },
      axes: [
        { ...axis, size: 24, values: (_plot, ticks) => ticks.map((tick) => (tick === 0 ? 'now' : `${tick} s`)) },
        { ...axis, size: 62, values: (own, ticks) => ticks.map((tick) => (isEmpty(own) && tick !== 0 && most === undefined ? '' : format(tick))) },
      ],
      series: [
        {},
        {
          stroke,
          width: 2,
          fill: `color-mix(in srgb, ${stroke} 14%, transparent)`,
          spanGaps: true,
          points: { show: (own) => (own.data[1] ?? []).filter((value) => value !== null).length < fewPoints, size: 5, fill: stroke },
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

function isEmpty(plot: uPlot): boolean {
  const values: readonly (number | null | undefined)[] = [...(plot.data[1] ?? [])];
  return values.every((value) => value == null || value === 0);
}
