/** Cost-quality plane: every arm and every policy on held-out tasks, with the front that no single arm can beat. */
import { policiesInOrder } from '../focus-policy.ts';
import { formatInterval, formatMetric, formatUsd } from '../measures.ts';
import { metricMeanings } from '../metric-meaning.ts';
import { type Table, tableOf } from '../report-tables.ts';
import type { Summary } from '../summary.ts';
import { type Figure, type LegendEntry, leftOut, type Panel } from './figure.ts';
import { logTicks } from './log-ticks.ts';
import { metricTick } from './metric-ticks.ts';
import { type CostQuality, paretoFront } from './pareto-front.ts';
import { type ArmDot, type Canvas, narrowCanvas, type PlaneDots, type PolicyDot, planeDots, planeMargins, planeScale, wideCanvas } from './plane-geometry.ts';
import { planeLabels } from './plane-labels.ts';
import { inStrategyOrder, type PolicyStyle, palette, strategyStyles } from './policy-style.ts';
import { drawPlot, type Plot } from './svg-plot.ts';

export async function costQualityPlane(summary: Summary): Promise<Figure> {
  const dots = planeDots(summary);
  const panel = await planePanel(summary, dots);
  return {
    id: 'plane',
    title: 'Cost and quality',
    caption: captionOf(summary, dots),
    legend: panel.kind === 'drawn' ? legendOf(dots) : [],
    panels: [panel],
    table: planeTable(summary),
  };
}

async function planePanel(summary: Summary, dots: PlaneDots): Promise<Panel> {
  const title = 'Quality (score, 0 to 1) by cost (US$ a task)';
  if (dots.policies.length + dots.arms.length < 2) {
    const known = Object.values(summary.policies);
    if (known.every(({ heldout }) => heldout.costUsd === null)) return leftOut(title, 'No cost is known.');
    if (known.every(({ heldout }) => heldout.quality === null)) return leftOut(title, 'No quality is known.');
    return leftOut(title, 'Only one point has both a cost above zero and a quality.');
  }
  return { kind: 'drawn', title, drawing: { svg: await drawPlane(title, dots, narrowCanvas), wide: await drawPlane(title, dots, wideCanvas) } };
}

async function drawPlane(title: string, dots: PlaneDots, canvas: Canvas): Promise<string> {
  const scale = planeScale(dots, canvas);
  const ticks = logTicks(scale.x, canvas.width / 80);
  return drawPlot({ title, text: describePlane(dots) }, (plot) => ({
    width: canvas.width,
    height: canvas.height,
    marginLeft: planeMargins.left,
    marginRight: planeMargins.right,
    marginTop: planeMargins.top,
    marginBottom: planeMargins.bottom,
    x: {
      type: 'log',
      domain: scale.x,
      axis: null,
    },
    y: { domain: scale.y, label: null, grid: true, ticks: 6, tickFormat: (value: number) => metricTick('quality', value) },
    marks: [
      plot.gridX(ticks),
      plot.axisX(ticks, { text: formatUsd, label: 'Cost a task', labelArrow: 'none', labelAnchor: 'center' }),
      frontMark(plot, dots, scale.x[1]),
      ...armMarks(plot, dots),
      ...dots.policies.flatMap((policy) => policyMarks(plot, policy, { least: scale.x[0], radius: canvas.radius })),
      ...planeLabels(plot, dots, { scale, canvas }),
    ],
  }));
}

/** A staircase: between two of its points, the cheaper one is the best that the money buys. */
function frontMark(plot: Plot, { arms, policies }: PlaneDots, most: number) {
  const front = paretoFront<CostQuality>(arms.length > 0 ? arms : policies);
  const last = front.at(-1);
  const staircase = last === undefined ? [] : [...front, { costUsd: most, quality: last.quality }];
  return plot.line(staircase, { x: 'costUsd', y: 'quality', curve: 'step-after', stroke: palette.muted, strokeWidth: 1.5, strokeOpacity: 0.8 });
}

function armMarks(plot: Plot, { arms }: PlaneDots) {
  const strategies = strategiesOf(arms);
  return strategies.map((strategy) => {
    const { color, mark } = armLook(strategies, strategy);
    const own = arms.filter((arm) => arm.strategy === strategy);
    return plot.dot(own, {
      x: 'costUsd',
      y: 'quality',
      fill: color,
      fillOpacity: 0.75,
      symbol: mark,
      r: 3.5,
      title: ({ name, quality, costUsd }: ArmDot) => `${name}: quality ${formatMetric('quality', quality)}, ${formatUsd(costUsd)} a task`,
    });
  });
}

function policyMarks(plot: Plot, policy: PolicyDot, { least, radius }: { least: number; radius: number }) {
  const { name, cost, score, color, symbol } = policy;
  const stroke = { stroke: color, strokeWidth: 1.5, strokeOpacity: 0.6 };
  return [
    plot.ruleX([policy], { x: 'costUsd', y1: score.low, y2: score.high, ...stroke }),
    plot.ruleY([policy], { y: 'quality', x1: Math.max(cost.low, least), x2: cost.high, ...stroke }),
    plot.dot([policy], {
      x: 'costUsd',
      y: 'quality',
      fill: color,
      stroke: 'var(--surface)',
      strokeWidth: 1.5,
      symbol,
      r: radius,
      title: () => `${name}: quality ${formatInterval('quality', score)}, cost ${formatInterval('costUsd', cost)} a task`,
    }),
  ];
}

function captionOf(summary: Summary, { arms }: PlaneDots): string {
  const front = arms.length > 0 ? 'arms: no single arm is both cheaper and better; a policy beyond it gains by choosing for each task' : 'policies';
  const free = summary.armPoints.filter(({ costUsd }) => costUsd !== null && costUsd <= 0).length;
  const note = free === 0 ? '' : ` ${free} ${free === 1 ? 'arm that costs nothing has' : 'arms that cost nothing have'} no place on a logarithmic axis.`;
  return `Held-out means: up is better, left is cheaper; the cost axis is logarithmic. Policies have crosses of 95% intervals. The line is the front of the ${front}.${note}`;
}

function legendOf({ arms }: PlaneDots): readonly LegendEntry[] {
  const strategies = strategiesOf(arms);
  return [
    ...strategies.map((name): LegendEntry => ({ label: `arm: ${name}`, ...armLook(strategies, name) })),
    { label: 'Pareto front', color: palette.muted, mark: 'line' },
  ];
}

function strategiesOf(arms: readonly ArmDot[]): readonly string[] {
  return inStrategyOrder(arms.map(({ strategy }) => strategy));
}

function armLook(strategies: readonly string[], strategy: string): { readonly color: string; readonly mark: PolicyStyle['symbol'] } {
  const style = strategyStyles[strategies.indexOf(strategy)];
  return style === undefined ? { color: palette.muted, mark: 'circle' } : { color: style.color, mark: style.symbol };
}

function describePlane({ arms, policies }: PlaneDots): string {
  const each = policies.map(({ name, quality, costUsd }) => `${name}: quality ${formatMetric('quality', quality)}, cost ${formatUsd(costUsd)}.`);
  return [...each, `${arms.length} arms.`].join(' ');
}

function planeTable(summary: Summary): Table | null {
  const metrics = ['quality', 'costUsd', 'latencyMs', 'utility'] as const;
  const policies = policiesInOrder(summary).map((name) => {
    const heldout = summary.policies[name]?.heldout;
    return ['policy', name, ...metrics.map((metric) => formatInterval(metric, heldout?.[metric] ?? null))];
  });
  const arms = summary.armPoints.map((point) => ['arm', point.arm, ...metrics.map((metric) => formatMetric(metric, point[metric]))]);
  const rows = [...policies, ...arms];
  if (rows.length === 0) return null;
  return tableOf(['What', 'Name', ...metrics.map((metric) => metricMeanings[metric].heading)], ['text', 'name', 'number', 'number', 'number', 'number'], rows);
}
