/** The compact report printed after a run: at most 40 lines of at most 100 columns. */
import { againstBaseline, focusPolicy, learningPolicies, policiesInOrder } from './focus-policy.ts';
import { formatComparedChange, formatCount, formatDuration, formatMetric, formatScore, formatShare, formatUsd, isSignificant } from './measures.ts';
import { directionOf, metricMeanings } from './metric-meaning.ts';
import { knownMetrics } from './report-tables.ts';
import { counted, evidenceStatement, findings, gateStatement, incompleteStatement, possibleGainStatement } from './statements.ts';
import type { MetricName, Summary } from './summary.ts';
import { tuningStatement } from './tuning-report.ts';

/** Colours of a terminal; each takes and returns text of the same printed width. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly green: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
}

const same = (text: string) => text;
/** No colours: for files, pipes and NO_COLOR. */
export const plainPaint: Paint = { bold: same, dim: same, green: same, red: same, yellow: same };

const columns = 100;
const limits = { policies: 8, failedChecks: 3, warnings: 3, name: 26 } as const;

/** A line in pieces: printed text, and how it is painted once the widths are settled. */
interface Piece {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

export function terminalReport(summary: Summary, paint: Paint = plainPaint): string {
  const blocks = [
    openingLines(summary, paint),
    policyLines(summary, paint),
    findingLines(summary, paint),
    [...learningLines(summary), ...gateLines(summary, paint)],
    warningLines(summary, paint),
  ].filter((lines) => lines.length > 0);
  return `${blocks.map((lines) => lines.map(printLine).join('\n')).join('\n\n')}\n`;
}

function openingLines(summary: Summary, paint: Paint): Piece[][] {
  const { tasks, trials } = summary;
  const evidence = evidenceStatement(summary);
  const incomplete = incompleteStatement(summary);
  const failures = `${formatCount(trials.failed)} failed, ${formatCount(trials.unscored)} unscored`;
  return [
    [{ text: summary.title, paint: paint.bold }],
    [{ text: `${evidence.title} ${evidence.text.split('. ')[0]}`.replace(/\.?$/, '.'), paint: paint.yellow }],
    ...(incomplete === undefined ? [] : [[{ text: incomplete, paint: paint.red }]]),
    [
      {
        text: `${summary.experiment}: ${counted(tasks.total, 'task')}, ${counted(summary.arms, 'arm')}, ${counted(summary.seeds.length, 'seed')}, ${counted(summary.generations, 'generation')}; run ${summary.run}`,
        paint: paint.dim,
      },
    ],
    [
      {
        text: `${counted(trials.total, 'trial')} (${failures}), ${formatUsd(trials.costUsd)} ${summary.evidence === 'live' ? 'spent' : summary.evidence}, took ${formatDuration(summary.durationMs)}`,
        paint: paint.dim,
      },
    ],
  ];
}

/** A row a policy: each metric's mean, and its change against the baseline. */
function policyLines(summary: Summary, paint: Paint): Piece[][] {
  const metrics = knownMetrics(summary);
  const all = policiesInOrder(summary);
  const focus = focusPolicy(summary);
  const shown = all.length <= limits.policies ? all : [...all.slice(0, limits.policies - 1), ...all.slice(-1)];
  const rows = shown.map((name): Piece[] => [
    { text: shorten(name, limits.name), ...(name === focus ? { paint: paint.bold } : {}) },
    ...metrics.flatMap((metric) => metricPieces(summary, { name, metric, paint })),
  ]);
  const head: Piece[] = [
    { text: 'held-out mean, change', paint: paint.dim },
    ...metrics.flatMap((metric): Piece[] => [{ text: metricMeanings[metric].label.toLowerCase(), paint: paint.dim }, { text: '' }]),
  ];
  const lines = aligned([head, ...rows]);
  const hidden = all.length - shown.length;
  if (hidden > 0) lines.push([{ text: `and ${counted(hidden, 'more policy').replace(/policys$/, 'policies')} in report.md`, paint: paint.dim }]);
  lines.push([{ text: `changes are relative to ${summary.baseline}; ~ not significant after Holm`, paint: paint.dim }]);
  return lines;
}

function metricPieces(summary: Summary, { name, metric, paint }: { name: string; metric: MetricName; paint: Paint }): Piece[] {
  const mean = formatMetric(metric, summary.policies[name]?.heldout[metric]?.mean ?? null);
  const comparison = againstBaseline(summary, name, metric);
  if (comparison === undefined) return [{ text: mean }, { text: '' }];
  const text = formatComparedChange(comparison).replace('~ ', '~');
  if (!isSignificant(comparison)) return [{ text: mean }, { text, paint: paint.dim }];
  const direction = directionOf(metric, comparison.delta);
  const colour = { better: paint.green, worse: paint.red, equal: paint.dim }[direction];
  return [{ text: mean }, { text, paint: colour }];
}

/** How the learned policy differs from the baseline, with intervals. */
function findingLines(summary: Summary, paint: Paint): Piece[][] {
  const focus = focusPolicy(summary);
  const found = findings(summary);
  if (focus === undefined || found.length === 0) return [];
  const rows = found.map(({ label, difference, change, p }): Piece[] => [{ text: label.toLowerCase() }, { text: difference }, { text: change }, { text: p }]);
  return [[{ text: `${focus} - ${summary.baseline}, with 95% intervals`, paint: paint.bold }], ...aligned(rows)];
}

function learningLines(summary: Summary): Piece[][] {
  const focus = focusPolicy(summary);
  if (focus === undefined) return [[{ text: 'No policy in this run learns.' }]];
  const lines: Piece[][] = [[{ text: possibleGainStatement(summary) }]];
  const tuned = tuningStatement(summary);
  if (tuned !== undefined) lines.push([{ text: tuned }]);
  const curve = summary.generationRows
    .filter(({ policy, phase }) => policy === focus && phase === 'train')
    .flatMap(({ metrics }) => (metrics.utility === null ? [] : [metrics.utility.mean]));
  const [first, last] = [curve[0], curve.at(-1)];
  if (first !== undefined && last !== undefined && curve.length > 1) {
    lines.push([{ text: `Utility by generation (train): ${formatScore(first)} ${sparkline(curve)} ${formatScore(last)}` }]);
  }
  for (const name of learningPolicies(summary).filter((candidate) => candidate === focus)) {
    const served = summary.policies[name]?.promoted ?? [];
    if (served.length > 0) lines.push([{ text: `Generation that served at the end, by seed: ${served.join(', ')}` }]);
  }
  const policy = summary.policies[focus];
  if (policy !== undefined && policy.trials > 0) {
    const { lost, gained } = summary.changedTasks;
    lines.push([
      {
        text: `Solved ${formatShare(policy.solved / policy.trials)} of held-out trials; better on ${counted(gained.length, 'task')}, worse on ${formatCount(lost.length)}`,
      },
    ]);
  }
  return lines;
}

function gateLines(summary: Summary, paint: Paint): Piece[][] {
  const failed = summary.gate.checks.filter(({ passed }) => !passed);
  const shown = failed.slice(0, limits.failedChecks);
  return [
    [{ text: 'Gate: ' }, { text: gateStatement(summary), paint: summary.gate.passed ? paint.green : paint.red }],
    ...shown.map(({ name, detail }): Piece[] => [{ text: `  failed: ${name}: ${detail}`, paint: paint.red }]),
    ...(failed.length > shown.length ? [[{ text: `  and ${failed.length - shown.length} more in report.md` }]] : []),
  ];
}

function warningLines(summary: Summary, paint: Paint): Piece[][] {
  const shown = summary.warnings.slice(0, limits.warnings);
  const more = summary.warnings.length - shown.length;
  return [
    ...shown.map((warning): Piece[] => [{ text: `! ${warning}`, paint: paint.yellow }]),
    ...(more > 0 ? [[{ text: `! and ${counted(more, 'more warning')} in report.md`, paint: paint.yellow }]] : []),
  ];
}

/** Pads the pieces so that columns line up: the first to the left, the others to the right. */
function aligned(rows: readonly Piece[][]): Piece[][] {
  const columnCount = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: columnCount }, (_, index) => Math.max(...rows.map((row) => row[index]?.text.length ?? 0)));
  return rows.map((row) =>
    row.map((piece, index) => {
      const width = widths[index] ?? 0;
      if (width === 0) return piece;
      const gap = index === 0 ? '' : index % 2 === 1 ? '  ' : ' ';
      return { ...piece, text: gap + (index === 0 ? piece.text.padEnd(width) : piece.text.padStart(width)) };
    }),
  );
}

/** Cuts a line at the last column, then paints it. */
function printLine(pieces: readonly Piece[]): string {
  let room = columns;
  return pieces
    .map(({ text, paint }) => {
      const cut = shorten(text.replace(/\p{Cc}+/gu, ' '), room);
      room -= cut.length;
      return cut === '' || paint === undefined ? cut : paint(cut);
    })
    .join('')
    .trimEnd();
}

function shorten(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}${width > 0 ? '…' : ''}`;
}

function sparkline(values: readonly number[]): string {
  const bars = '▁▂▃▄▅▆▇█';
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const level = (value: number) => (high === low ? 3 : Math.round(((value - low) / (high - low)) * (bars.length - 1)));
  return values.map((value) => bars[level(value)]).join('');
}
