/** The table that is shown while policies learn: a row for each policy or generation, with what it chooses, what that is worth, and curves. */
import type { createColors } from 'picocolors';
import type { ScreenSize } from './live-screen.ts';
import { shareBar } from './share-bar.ts';
import { sparkline } from './sparkline.ts';

export interface LiveRow {
  readonly label: string;
  /** Which trials its numbers are of: `gen 3/10`, `held-out`. */
  readonly of: string;
  readonly trials: number;
  /** Trials by strategy. */
  readonly strategies: Readonly<Record<string, number>>;
  /** Means; null where nothing is known. */
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  /** By generation; empty for none. */
  readonly qualityCurve: readonly (number | null)[];
  readonly costCurve: readonly (number | null)[];
}

export interface LiveView {
  readonly title: string;
  /** In [0, 1]. */
  readonly share: number;
  readonly status: string;
  readonly rows: readonly LiveRow[];
}

export interface TableLook {
  readonly paint: ReturnType<typeof createColors>;
  /** False for terminals that show ASCII alone. */
  readonly unicode: boolean;
}

const letters: readonly (readonly [strategy: string, letter: string, colour: 'blue' | 'yellow' | 'magenta' | 'cyan'])[] = [
  ['direct', 'd', 'cyan'],
  ['batch', 'b', 'yellow'],
  ['orchestrate', 'o', 'magenta'],
  ['collaborate', 'c', 'blue'],
];
/** Title, bar, a blank line, the header, the key to the letters, and the line that the cursor waits in. */
const otherLines = 6;
const gap = 2;
const [leastBar, greatestBar] = [8, 24];
/** Beside the bar: its brackets, the share, and the longest status. */
const besideBar = 42;

/** No line is as wide as the terminal, from 60 columns on; what does not fit is left out, the newest rows and the most important columns last. */
export function liveTable({ title, share, status, rows }: LiveView, size: ScreenSize, look: TableLook): readonly string[] {
  const { bold, dim } = look.paint;
  const room = Math.max(1, size.rows - otherLines);
  const shown = rows.length <= room ? rows : rows.slice(rows.length - room + 1);
  const left = rows.length - shown.length;
  const columns = layout(shown, size.columns - 1);
  const barWidth = Math.max(leastBar, Math.min(greatestBar, size.columns - 1 - besideBar));
  const filled = Math.round(barWidth * Math.min(1, share));
  const fit = (text: string): string => text.slice(0, size.columns - 1);
  const strategies = letters.map(([strategy, letter]) => `${letter} ${strategy}`).join('  ');
  const curves = rows.some(({ qualityCurve }) => qualityCurve.length > 1) ? '; curves by generation' : '';
  const key = strategies.length + curves.length < size.columns ? strategies + curves : strategies;
  const head = [bold(fit(title)), fit(`[${'#'.repeat(filled)}${'-'.repeat(barWidth - filled)}] ${Math.floor(100 * share)}%  ${status}`)];
  if (rows.length === 0) return head;
  return [
    ...head,
    '',
    dim(lineOf(columns.map((column) => cell(column.head, column.width, column.right)))),
    ...(left === 0 ? [] : [dim(fit(`(${left} more above)`))]),
    ...shown.map((row) => lineOf(columns.map(({ show }) => show(row, look)))),
    dim(fit(key)),
  ];
}

interface Column {
  readonly head: string;
  readonly width: number;
  readonly right?: boolean;
  /** As wide as the column, colours aside. */
  readonly show: (row: LiveRow, look: TableLook) => string;
}

/** The least widths fit into 59 columns, but for names that are then cut. */
function layout(rows: readonly LiveRow[], room: number): readonly Column[] {
  const longest = (text: (row: LiveRow) => string, least: number): number => Math.max(least, ...rows.map((row) => text(row).length));
  const wanted = longest(({ label }) => label, 6);
  let labels = Math.min(12, wanted);
  const of = longest((row) => row.of, 8);
  let [mix, qualityCurve, costCurve] = [6, 5, 4];
  let spare = room - (labels + of + mix + (6 + qualityCurve) + (9 + costCurve) + 4 * gap);
  const take = (width: number): boolean => {
    if (spare < width) return false;
    spare -= width;
    return true;
  };
  // Of a policy's name, less is enough.
  if (spare < 0) labels += spare;
  const withLatency = take(8 + gap);
  const withTrials = take(7 + gap);
  const more = Math.max(0, Math.min(wanted - labels, spare));
  spare -= more;
  // What is left over is for the curves and the mix, up to where more shows no more.
  const each = Math.max(0, Math.floor(spare / 3));
  mix += Math.min(each, 26);
  qualityCurve += Math.min(each, 25);
  costCurve += Math.min(each, 26);
  const text = (head: string, width: number, value: (row: LiveRow) => string): Column => ({ head, width, show: (row) => cell(value(row), width) });
  const number = (head: string, width: number, value: (row: LiveRow) => string): Column => ({
    head,
    width,
    right: true,
    show: (row) => cell(value(row), width, true),
  });
  return [
    text('policy', labels + more, ({ label }) => label),
    text('stage', of, (row) => row.of),
    ...(withTrials ? [number('trials', 7, ({ trials }) => trials.toLocaleString('en'))] : []),
    { head: 'mix', width: mix, show: ({ strategies }, look) => mixOf(strategies, mix, look) },
    {
      head: 'quality',
      width: 6 + qualityCurve,
      show: (row, { unicode, paint }) =>
        `${cell(qualityText(row.quality), 5)} ${paint.green(cell(sparkline(row.qualityCurve, { width: qualityCurve, unicode }), qualityCurve))}`,
    },
    {
      head: 'cost',
      width: 9 + costCurve,
      show: (row, { unicode, paint }) =>
        `${cell(costText(row.costUsd), 8)} ${paint.yellow(cell(sparkline(row.costCurve, { width: costCurve, unicode }), costCurve))}`,
    },
    ...(withLatency ? [number('latency', 8, ({ latencyMs }) => (latencyMs === null ? '' : `${(latencyMs / 1000).toFixed(1)} s`))] : []),
  ];
}

function mixOf(strategies: Readonly<Record<string, number>>, width: number, { paint }: TableLook): string {
  const bar = shareBar(
    letters.map(([strategy, letter]) => ({ letter, amount: strategies[strategy] ?? 0 })),
    width,
  );
  if (bar.length === 0) return ' '.repeat(width);
  return bar.map(({ letter, length }, index) => paint[letters[index]?.[2] ?? 'cyan'](letter.repeat(length))).join('');
}

const qualityText = (quality: number | null): string => (quality === null ? '' : quality.toFixed(3));

function costText(costUsd: number | null): string {
  if (costUsd === null) return '';
  return `$${costUsd.toFixed(costUsd < 0.01 ? 5 : costUsd < 10 ? 4 : 2)}`;
}

function cell(text: string, width: number, right = false): string {
  const cut = text.length <= width ? text : `${text.slice(0, width - 1)}~`;
  return right ? cut.padStart(width) : cut.padEnd(width);
}

const lineOf = (cells: readonly string[]): string => cells.join(' '.repeat(gap)).trimEnd();
