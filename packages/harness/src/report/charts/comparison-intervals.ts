/** Forest plot of the comparisons: each difference with its 95% interval, a panel a metric, zero as the line to clear. */
import { focusPolicy } from '../focus-policy.ts';
import { formatComparedChange, formatDifference, formatP, isSignificant } from '../measures.ts';
import { directionOf, metricMeanings } from '../metric-meaning.ts';
import { comparisonsTable } from '../report-tables.ts';
import { type Comparison, type MetricName, metricNames, type Summary } from '../summary.ts';
import { shortened } from './chart-text.ts';
import { type Figure, type LegendEntry, leftOut, type Panel, panelWidth } from './figure.ts';
import { signedMetricTick } from './metric-ticks.ts';
import { palette } from './policy-style.ts';
import { drawPlot } from './svg-plot.ts';

const rowHeight = 36;
const verdictLooks = {
  better: { color: palette.green, symbol: 'triangle', label: 'better' },
  worse: { color: palette.vermillion, symbol: 'diamond', label: 'worse' },
  open: { color: palette.muted, symbol: 'circle', label: 'not significant (~)' },
} as const;

interface Row {
  readonly comparison: Comparison;
  readonly position: number;
  readonly label: string;
  readonly value: string;
  readonly verdict: keyof typeof verdictLooks;
}

export async function comparisonIntervals(summary: Summary): Promise<Figure> {
  const focus = focusPolicy(summary);
  const focusFirst = [...summary.comparisons].sort((a, b) => Number(b.candidate === focus) - Number(a.candidate === focus));
  return {
    id: 'comparisons',
    title: 'Comparisons',
    caption: `Candidate minus baseline on held-out tasks, with 95% intervals, over pairs of the same task and seed. Where only one name stands, the baseline is ${summary.baseline}. p values are adjusted over all comparisons (Holm).`,
    legend:
      summary.comparisons.length === 0
        ? []
        : Object.values(verdictLooks).map(({ label, color, symbol }): LegendEntry => ({ label, color, mark: symbol === 'circle' ? 'ring' : symbol })),
    panels:
      summary.comparisons.length === 0
        ? [
            leftOut(
              'Comparisons',
              Object.keys(summary.policies).length < 2 ? 'Only one policy took part: there is nothing to compare it with.' : 'None were made.',
            ),
          ]
        : await Promise.all(
            metricNames.map((metric) =>
              forestPanel(
                summary,
                metric,
                focusFirst.filter((comparison) => comparison.metric === metric),
              ),
            ),
          ),
    table: summary.comparisons.length === 0 ? null : comparisonsTable(summary.comparisons),
  };
}

async function forestPanel(summary: Summary, metric: MetricName, comparisons: readonly Comparison[]): Promise<Panel> {
  const title = `Difference in ${metricMeanings[metric].heading.toLowerCase().replace('us$', 'US$')}`;
  if (comparisons.length === 0) return leftOut(title, `No comparison of ${metricMeanings[metric].label.toLowerCase()} was made.`);
  const rows = comparisons.map((comparison, position) => toRow(summary, comparison, position));
  const text = rows.map(({ label, comparison }) => `${label}: ${formatDifference(comparison)}, ${formatP(comparison.pAdjusted)}.`).join(' ');
  const svg = await drawPlot({ title, text }, (plot) => ({
    width: panelWidth,
    height: 40 + rowHeight * rows.length,
    marginLeft: 8,
    marginRight: 8,
    marginTop: 4,
    marginBottom: 36,
    x: {
      label: `${metricMeanings[metric].better} is better`,
      labelArrow: 'none',
      labelAnchor: 'center',
      inset: 14,
      ticks: 4,
      nice: true,
      tickFormat: (value: number) => signedMetricTick(metric, value),
    },
    y: { domain: [rows.length, 0], axis: null },
    marks: [
      plot.ruleX(rows, { x: 0, y1: ({ position }: Row) => position + 0.55, y2: ({ position }: Row) => position + 0.95, stroke: palette.muted }),
      plot.ruleY(rows, {
        x1: ({ comparison }: Row) => comparison.low,
        x2: ({ comparison }: Row) => comparison.high,
        y: ({ position }: Row) => position + 0.75,
        stroke: lookOf('color'),
        strokeWidth: 2,
      }),
      plot.dot(rows, {
        x: ({ comparison }: Row) => comparison.delta,
        y: ({ position }: Row) => position + 0.75,
        r: 4.5,
        symbol: lookOf('symbol'),
        stroke: lookOf('color'),
        strokeWidth: 2,
        fill: ({ verdict }: Row) => (verdict === 'open' ? 'var(--surface)' : verdictLooks[verdict].color),
        title: ({ label, comparison }: Row) =>
          `${label}: ${formatDifference(comparison)} (${formatComparedChange(comparison)}), ${formatP(comparison.pAdjusted)}`,
      }),
      plot.text(rows, {
        text: ({ label, value }: Row) => shortened(label, 47 - value.length),
        frameAnchor: 'left',
        y: ({ position }: Row) => position + 0.34,
        textAnchor: 'start',
        fontSize: 11.5,
        fontWeight: 600,
        fill: palette.ink,
        stroke: 'var(--surface)',
        strokeWidth: 3,
      }),
      plot.text(rows, {
        text: 'value',
        frameAnchor: 'right',
        y: ({ position }: Row) => position + 0.34,
        textAnchor: 'end',
        fontSize: 11,
        fill: palette.ink,
        stroke: 'var(--surface)',
        strokeWidth: 3,
      }),
    ],
  }));
  return { kind: 'drawn', title, drawing: { svg } };
}

function toRow(summary: Summary, comparison: Comparison, position: number): Row {
  const { candidate, baseline, metric, delta } = comparison;
  const direction = directionOf(metric, delta);
  return {
    comparison,
    position,
    label: baseline === summary.baseline ? candidate : `${candidate} - ${baseline}`,
    value: `${isSignificant(comparison) ? '' : '~ '}${formatDifference(comparison)}`,
    verdict: isSignificant(comparison) && direction !== 'equal' ? direction : 'open',
  };
}

function lookOf(part: 'color' | 'symbol') {
  return ({ verdict }: Row) => verdictLooks[verdict][part];
}
