/** Parameter evolution: a small panel for each parameter of the learned policy that changes over the generations. */
import { focusPolicy } from '../focus-policy.ts';
import { tableOf } from '../report-tables.ts';
import type { GenerationRow, Summary } from '../summary.ts';
import { type Figure, leftOut, type Panel, panelWidth } from './figure.ts';
import { focusRows, generationTicks } from './generation-axis.ts';
import { palette } from './policy-style.ts';
import { drawPlot } from './svg-plot.ts';

interface ParameterPoint {
  readonly generation: number;
  readonly value: number;
}

export async function parameterEvolution(summary: Summary): Promise<Figure> {
  const focus = focusPolicy(summary) ?? 'the learning policy';
  const rows = focusRows(summary);
  const names = [...new Set(rows.flatMap(({ parameters }) => Object.keys(parameters)))].sort();
  const changing = names.filter((name) => new Set(pointsOf(rows, name).map(({ value }) => formatParameter(value))).size > 1);
  const constant = names.filter((name) => !changing.includes(name));
  return {
    id: 'parameters',
    title: 'Parameters by generation',
    caption: `Mean over the decisions of ${focus} on training tasks that have the parameter.${constant.length === 0 ? '' : ` Those that did not change (${constant.length}) stand in the table only.`}`,
    legend: [],
    panels:
      changing.length === 0
        ? [leftOut('Parameters', reasonWhyNone(rows, names))]
        : await Promise.all(changing.map((name) => parameterPanel(name, pointsOf(rows, name)))),
    table:
      names.length === 0
        ? null
        : tableOf(
            ['Generation', ...names],
            ['number', ...names.map(() => 'number' as const)],
            rows.map(({ generation, parameters }) => [
              String(generation),
              ...names.map((name) => (parameters[name] === undefined ? '-' : formatParameter(parameters[name]))),
            ]),
          ),
  };
}

async function parameterPanel(name: string, points: readonly ParameterPoint[]): Promise<Panel> {
  const [first, last] = [points[0], points.at(-1)] as [ParameterPoint, ParameterPoint];
  const text = `From ${formatParameter(first.value)} in generation ${first.generation} to ${formatParameter(last.value)} in generation ${last.generation}.`;
  const svg = await drawPlot({ title: name, text }, (plot) => ({
    width: panelWidth,
    height: 160,
    marginLeft: 52,
    marginRight: 12,
    marginTop: 12,
    marginBottom: 38,
    x: { label: 'Generation', labelArrow: 'none', labelAnchor: 'center', ticks: generationTicks(points.map(({ generation }) => generation)), tickFormat: 'd' },
    y: { label: null, grid: true, nice: true, ticks: 4, tickFormat: formatParameter },
    marks: [
      plot.lineY(points, { x: 'generation', y: 'value', stroke: palette.blue, strokeWidth: 2 }),
      plot.dot(points, {
        x: 'generation',
        y: 'value',
        fill: palette.blue,
        r: 3,
        title: ({ generation, value }: ParameterPoint) => `generation ${generation}: ${formatParameter(value)}`,
      }),
    ],
  }));
  return { kind: 'drawn', title: name, drawing: { svg } };
}

function reasonWhyNone(rows: readonly GenerationRow[], names: readonly string[]): string {
  if (rows.length === 0) return 'No generations of a learning policy were recorded.';
  return names.length === 0 ? 'The decisions have no parameters.' : 'No parameter changed from one generation to another.';
}

function pointsOf(rows: readonly GenerationRow[], name: string): readonly ParameterPoint[] {
  return rows.flatMap(({ generation, parameters }) => {
    const value = parameters[name];
    return value === undefined ? [] : [{ generation, value }];
  });
}

/** Parameters have no common unit: four significant digits. */
function formatParameter(value: number): string {
  return String(Number(value.toPrecision(4)));
}
