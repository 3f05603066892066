/** Learning curves: each metric by generation, with interval bands; the baseline and the oracle as lines of reference. */
import { focusPolicy, learningPolicies, oraclePolicy } from '../focus-policy.ts';
import { formatInterval, formatMetric } from '../measures.ts';
import { metricMeanings } from '../metric-meaning.ts';
import { type Table, tableOf } from '../report-tables.ts';
import { type GenerationRow, type MetricName, metricNames, type Summary } from '../summary.ts';
import { type Figure, type LegendEntry, leftOut, type Panel, panelWidth } from './figure.ts';
import { generationTicks } from './generation-axis.ts';
import { metricAxis } from './metric-axis.ts';
import { lineMark, type PolicyStyle, policyStyles, unknownPolicyStyle } from './policy-style.ts';
import { drawPlot } from './svg-plot.ts';

type Phase = GenerationRow['phase'];

interface Point {
  readonly policy: string;
  readonly generation: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** A horizontal line: the held-out mean of a policy that has no generations. */
interface Reference {
  readonly policy: string;
  readonly mean: number;
}

const phaseTexts: Readonly<Record<Phase, { readonly title: string; readonly caption: string }>> = {
  train: {
    title: 'Learning curves on training tasks',
    caption: 'Means of each generation on the tasks it learned from, as it ran, exploration included.',
  },
  validation: {
    title: 'Learning curves on validation tasks',
    caption: 'Means of each generation on tasks that it did not learn from, on which candidates are judged.',
  },
};

export async function learningCurves(summary: Summary, phase: Phase): Promise<Figure> {
  const { title, caption } = phaseTexts[phase];
  const styles = policyStyles(summary);
  const rows = summary.generationRows.filter((row) => row.phase === phase);
  const panels = await Promise.all(metricNames.map((metric) => curvePanel(summary, { metric, rows, styles })));
  const names = [...new Set(rows.map(({ policy }) => policy))];
  const references = [summary.baseline, oraclePolicy].filter((name) => name in summary.policies && !hasCurve(rows, name));
  const note =
    references.length === 0 ? '' : ` ${references.join(' and ')}: horizontal, the mean on held-out tasks, which are other tasks than those of the curves.`;
  return {
    id: `learning-${phase}`,
    title,
    caption: `${caption} Bands are 95% intervals.${note}`,
    legend: drawn(summary, names, references).map((name): LegendEntry => {
      const style = styles.get(name) ?? unknownPolicyStyle;
      return { label: name, color: style.color, mark: lineMark(style) };
    }),
    panels,
    table: rows.length === 0 ? null : curveTable(rows),
  };
}

interface CurveInput {
  readonly metric: MetricName;
  readonly rows: readonly GenerationRow[];
  readonly styles: ReadonlyMap<string, PolicyStyle>;
}

async function curvePanel(summary: Summary, { metric, rows, styles }: CurveInput): Promise<Panel> {
  const title = metricMeanings[metric].heading;
  const { label } = metricMeanings[metric];
  const learners = drawn(summary, [...new Set(rows.map(({ policy }) => policy))], []);
  const points = rows.filter(({ policy }) => learners.includes(policy)).flatMap((row) => toPoint(row, metric));
  if (rows.length === 0) return leftOut(title, 'No generations were recorded, so there is no curve to draw.');
  if (points.length === 0) return leftOut(title, `No ${label.toLowerCase()} is known for any generation.`);
  if (new Set(points.map(({ generation }) => generation)).size < 2) return leftOut(title, 'Only one generation is known, which makes no curve.');

  const references = [summary.baseline, oraclePolicy].flatMap((policy): Reference[] => {
    const mean = summary.policies[policy]?.heldout[metric]?.mean;
    return hasCurve(rows, policy) || mean === undefined ? [] : [{ policy, mean }];
  });
  const style = (policy: string) => styles.get(policy) ?? unknownPolicyStyle;
  const focus = focusPolicy(summary);
  const series = [...new Set(points.map(({ policy }) => policy))].sort((a, b) => Number(a === focus) - Number(b === focus));
  const axis = metricAxis(metric, [...points.flatMap(({ low, mean, high }) => [low, mean, high]), ...references.map(({ mean }) => mean)]);
  const svg = await drawPlot({ title, text: describeCurves(series, points, metric) }, (plot) => ({
    width: panelWidth,
    height: 230,
    marginLeft: 62,
    marginRight: 12,
    marginTop: 12,
    marginBottom: 38,
    x: { label: 'Generation', labelArrow: 'none', labelAnchor: 'center', ticks: generationTicks(points.map(({ generation }) => generation)), tickFormat: 'd' },
    y: axis.y,
    marks: [
      axis.marks(plot),
      ...series
        .filter((policy) => style(policy).dash === undefined)
        .map((policy) =>
          plot.areaY(only(points, policy), {
            x: 'generation',
            y1: 'low',
            y2: 'high',
            fill: style(policy).color,
            fillOpacity: policy === focus ? 0.22 : 0.09,
          }),
        ),
      ...references.map(({ policy, mean }) =>
        plot.ruleY([mean], {
          stroke: style(policy).color,
          strokeWidth: 1.5,
          ...dashOf(style(policy)),
          title: () => `${policy}: ${formatMetric(metric, mean)} (held-out)`,
        }),
      ),
      ...series.flatMap((policy) => curveMarks(plot, only(points, policy), { metric, style: style(policy), strong: policy === focus })),
    ],
  }));
  return { kind: 'drawn', title: axis.isLogarithmic ? `${title}, logarithmic` : title, drawing: { svg } };
}

function curveMarks(
  plot: Parameters<Parameters<typeof drawPlot>[1]>[0],
  points: readonly Point[],
  look: { metric: MetricName; style: PolicyStyle; strong: boolean },
) {
  const { metric, style, strong } = look;
  const line = plot.lineY(points, { x: 'generation', y: 'mean', stroke: style.color, strokeWidth: strong ? 2.5 : 1.5, ...dashOf(style) });
  const dots = plot.dot(points, {
    x: 'generation',
    y: 'mean',
    fill: style.color,
    symbol: style.symbol,
    r: strong ? 3.5 : 2.5,
    title: (point: Point) => `${point.policy}, generation ${point.generation}: ${formatInterval(metric, point)}`,
  });
  return style.dash === undefined ? [line, dots] : [line];
}

/** Learning policies, the baseline and the oracle: the others do not change from generation to generation. */
function drawn(summary: Summary, names: readonly string[], references: readonly string[]): readonly string[] {
  const wanted = [...new Set([...learningPolicies(summary), summary.baseline, oraclePolicy])];
  return wanted.filter((name) => names.includes(name) || references.includes(name));
}

function hasCurve(rows: readonly GenerationRow[], policy: string): boolean {
  return new Set(rows.filter((row) => row.policy === policy).map(({ generation }) => generation)).size > 1;
}

function toPoint({ policy, generation, metrics }: GenerationRow, metric: MetricName): Point[] {
  const estimate = metrics[metric];
  return estimate === null ? [] : [{ policy, generation, ...estimate }];
}

function only(points: readonly Point[], policy: string): readonly Point[] {
  return points.filter((point) => point.policy === policy).sort((a, b) => a.generation - b.generation);
}

function dashOf({ dash }: PolicyStyle): { strokeDasharray?: string } {
  return dash === undefined ? {} : { strokeDasharray: dash };
}

function describeCurves(series: readonly string[], points: readonly Point[], metric: MetricName): string {
  return series
    .flatMap((policy) => {
      const own = only(points, policy);
      const [first, last] = [own[0], own.at(-1)];
      if (first === undefined || last === undefined) return [];
      return [
        `${policy}: from ${formatMetric(metric, first.mean)} in generation ${first.generation} to ${formatMetric(metric, last.mean)} in generation ${last.generation}.`,
      ];
    })
    .join(' ');
}

function curveTable(rows: readonly GenerationRow[]): Table {
  return tableOf(
    ['Policy', 'Generation', 'Trials', ...metricNames.map((metric) => metricMeanings[metric].heading)],
    ['name', 'number', 'number', ...metricNames.map(() => 'number' as const)],
    rows.map(({ policy, generation, trials, metrics }) => [
      policy,
      String(generation),
      String(trials),
      ...metricNames.map((metric) => formatInterval(metric, metrics[metric])),
    ]),
  );
}
