/** How the learned policy's choices evolve: shares of strategies and of models by generation, as stacked bars. */
import { focusPolicy } from '../focus-policy.ts';
import { formatShare } from '../measures.ts';
import { tableOf } from '../report-tables.ts';
import type { GenerationRow, Summary } from '../summary.ts';
import { type Figure, type LegendEntry, leftOut, type Panel, panelWidth } from './figure.ts';
import { bandTicks, focusRows } from './generation-axis.ts';
import { inStrategyOrder, palette, strategyStyles } from './policy-style.ts';
import { drawPlot } from './svg-plot.ts';

const modelColors = [palette.blue, palette.vermillion, palette.green, palette.purple, palette.orange, palette.sky];
const others = 'others';

/** A named part of all decisions, with its colour. */
interface Part {
  readonly name: string;
  readonly color: string;
  readonly shareOf: (row: GenerationRow) => number;
}

interface SharePoint {
  readonly generation: number;
  readonly name: string;
  readonly share: number;
}

export async function shareEvolution(summary: Summary): Promise<Figure> {
  const focus = focusPolicy(summary) ?? 'the learning policy';
  const rows = focusRows(summary);
  const strategies = strategyParts(rows);
  const models = modelParts(rows);
  const parts = [...strategies, ...models];
  return {
    id: 'shares',
    title: 'Strategies and models by generation',
    caption: `Share of the decisions of ${focus} on training tasks.`,
    legend: [],
    panels: [await sharePanel('Strategies', rows, strategies), await sharePanel('Models', rows, models)],
    table:
      rows.length === 0
        ? null
        : tableOf(
            ['Generation', ...parts.map(({ name }) => name)],
            ['number', ...parts.map(() => 'number' as const)],
            rows.map((row) => [String(row.generation), ...parts.map(({ shareOf }) => formatShare(shareOf(row)))]),
          ),
  };
}

function strategyParts(rows: readonly GenerationRow[]): readonly Part[] {
  return inStrategyOrder(rows.flatMap(({ strategies }) => Object.keys(strategies))).map((name, index) => ({
    name,
    color: strategyStyles[index]?.color ?? palette.muted,
    shareOf: ({ strategies }) => strategies[name] ?? 0,
  }));
}

/** The models used most; where there are more than colours, the rest together. */
function modelParts(rows: readonly GenerationRow[]): readonly Part[] {
  const use = new Map<string, number>();
  for (const { models } of rows) for (const [name, share] of Object.entries(models)) use.set(name, (use.get(name) ?? 0) + share);
  const names = [...use].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
  const shown = names.slice(0, modelColors.length);
  const parts = shown.map((name, index): Part => ({ name, color: modelColors[index] ?? palette.muted, shareOf: ({ models }) => models[name] ?? 0 }));
  const rest = names.slice(modelColors.length);
  if (rest.length === 0) return parts;
  return [...parts, { name: others, color: palette.muted, shareOf: ({ models }) => rest.reduce((sum, name) => sum + (models[name] ?? 0), 0) }];
}

async function sharePanel(title: string, rows: readonly GenerationRow[], parts: readonly Part[]): Promise<Panel> {
  if (rows.length === 0) return leftOut(title, 'No generations of a learning policy were recorded.');
  const names = parts.map(({ name }) => name);
  const data = rows.flatMap((row) => parts.map(({ name, shareOf }): SharePoint => ({ generation: row.generation, name, share: shareOf(row) })));
  const svg = await drawPlot({ title: `${title} by generation`, text: describeShares(rows, parts) }, (plot) => ({
    width: panelWidth,
    height: 220,
    marginLeft: 48,
    marginRight: 8,
    marginTop: 10,
    marginBottom: 38,
    x: { type: 'band', label: 'Generation', labelArrow: 'none', padding: 0.12, ticks: bandTicks(rows.map(({ generation }) => generation)), tickSize: 0 },
    y: { label: null, domain: [0, 1], ticks: 5, tickFormat: (share: number) => formatShare(share), grid: true },
    color: { type: 'ordinal', domain: names, range: parts.map(({ color }) => color) },
    marks: [
      plot.barY(data, {
        x: 'generation',
        y: 'share',
        fill: 'name',
        order: names,
        inset: 0.5,
        title: ({ generation, name, share }: SharePoint) => `generation ${generation}, ${name}: ${formatShare(share)}`,
      }),
    ],
  }));
  const legend = parts.map(({ name, color }): LegendEntry => ({ label: name, color, mark: 'area' }));
  return { kind: 'drawn', title, drawing: { svg }, legend };
}

function describeShares(rows: readonly GenerationRow[], parts: readonly Part[]): string {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return '';
  const text = (row: GenerationRow) => parts.map(({ name, shareOf }) => `${name} ${formatShare(shareOf(row))}`).join(', ');
  return `Generation ${first.generation}: ${text(first)}. Generation ${last.generation}: ${text(last)}.`;
}
