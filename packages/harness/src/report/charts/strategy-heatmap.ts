/** Strategy heatmap: the share of decisions a strategy has in each task family, generation by generation. */
import { focusPolicy } from '../focus-policy.ts';
import { formatCount, formatShare } from '../measures.ts';
import { tableOf } from '../report-tables.ts';
import type { DecisionCell, Summary } from '../summary.ts';
import { shortened } from './chart-text.ts';
import { type DrawnPanel, type Figure, leftOut, panelWidth } from './figure.ts';
import { inStrategyOrder } from './policy-style.ts';
import { drawPlot } from './svg-plot.ts';

const mostPanels = 6;
const labelLength = 18;
const rowHeight = 30;

interface Cell {
  readonly family: string;
  readonly strategy: string;
  readonly share: number;
  readonly count: number;
  readonly total: number;
}

/** Panels by generation on training tasks, first and last included, and the held-out decisions where they are known. */
export async function strategyHeatmap(summary: Summary): Promise<Figure> {
  const focus = focusPolicy(summary);
  const own = summary.decisions.filter(({ policy }) => policy === focus);
  const families = [...new Set(own.map(({ family }) => family))].sort();
  const strategies = inStrategyOrder(own.map(({ strategy }) => strategy));
  const turns = selectTurns(own);
  const panels =
    turns.length === 0
      ? [leftOut('Strategies by task family', focus === undefined ? 'No policy in this run learns.' : `No decisions of ${focus} were counted.`)]
      : await Promise.all(turns.map((turn) => heatmapPanel(turn, { families, strategies })));
  return {
    id: 'strategies',
    title: 'Strategies by task family',
    caption: `Share of the decisions of ${focus ?? 'the learning policy'} within each task family; the stronger the colour, the more. A row adds up to 100%.`,
    legend: [],
    panels,
    table:
      own.length === 0
        ? null
        : tableOf(
            ['Generation', 'Tasks', 'Family', ...strategies.map((strategy) => `${strategy} (decisions)`)],
            ['number', 'text', 'text', ...strategies.map(() => 'number' as const)],
            allTurns(own).flatMap(({ generation, phase, cells }) =>
              families.map((family) => [
                String(generation),
                phase === 'heldout' ? 'held-out' : 'train',
                family,
                ...strategies.map((strategy) => formatCount(countOf(cells, family, strategy))),
              ]),
            ),
          ),
  };
}

/** A film where `strategyHeatmap` shows six pictures: every generation's decisions on training tasks, with its cells in the same order and places. */
export interface HeatmapFilm {
  readonly generations: readonly number[];
  /** SVG of a generation of the film. */
  readonly frame: (generation: number) => Promise<string>;
}

/** undefined where no decisions of a learning policy were counted. */
export function heatmapFilm(summary: Summary): HeatmapFilm | undefined {
  const focus = focusPolicy(summary);
  const own = summary.decisions.filter(({ policy, phase }) => policy === focus && phase === 'train');
  if (own.length === 0) return undefined;
  const families = [...new Set(own.map(({ family }) => family))].sort();
  const strategies = inStrategyOrder(own.map(({ strategy }) => strategy));
  const turns = new Map(allTurns(own).map((turn) => [turn.generation, turn]));
  return {
    generations: [...turns.keys()],
    frame: async (generation) => {
      const turn = turns.get(generation);
      if (turn === undefined) throw new Error(`the film has no generation ${generation}`);
      return (await heatmapPanel(turn, { families, strategies })).drawing.svg;
    },
  };
}

interface Turn {
  readonly generation: number;
  readonly phase: DecisionCell['phase'];
  readonly cells: readonly DecisionCell[];
}

function allTurns(decisions: readonly DecisionCell[]): readonly Turn[] {
  const phases = ['train', 'heldout'] as const;
  return phases.flatMap((phase) => {
    const inPhase = decisions.filter((cell) => cell.phase === phase);
    const generations = [...new Set(inPhase.map(({ generation }) => generation))].sort((a, b) => a - b);
    return generations.map((generation) => ({ generation, phase, cells: inPhase.filter((cell) => cell.generation === generation) }));
  });
}

/** At most six turns: training generations evenly spread from the first to the last, then the last held-out one. */
function selectTurns(decisions: readonly DecisionCell[]): readonly Turn[] {
  const turns = allTurns(decisions);
  const heldout = turns.filter(({ phase }) => phase === 'heldout').slice(-1);
  const train = turns.filter(({ phase }) => phase === 'train');
  const room = mostPanels - heldout.length;
  const step = (train.length - 1) / (room - 1);
  const spread = train.length <= room ? train : Array.from({ length: room }, (_, index) => train[Math.round(index * step)] as Turn);
  return [...spread, ...heldout];
}

async function heatmapPanel({ generation, phase, cells }: Turn, axes: { families: readonly string[]; strategies: readonly string[] }): Promise<DrawnPanel> {
  const title = phase === 'heldout' ? `Held-out tasks, generation ${generation}` : `Generation ${generation}`;
  const { families, strategies } = axes;
  const data = families.flatMap((family): Cell[] => {
    const total = strategies.reduce((sum, strategy) => sum + countOf(cells, family, strategy), 0);
    return strategies.map((strategy) => {
      const count = countOf(cells, family, strategy);
      return { family, strategy, count, total, share: total === 0 ? 0 : count / total };
    });
  });
  const svg = await drawPlot({ title, text: describeHeatmap(data, families) }, (plot) => ({
    width: panelWidth,
    height: 56 + rowHeight * families.length,
    marginLeft: 116,
    marginTop: 52,
    marginBottom: 4,
    marginRight: 26,
    padding: 0.06,
    x: { type: 'band', domain: strategies, axis: 'top', label: null, tickSize: 0, tickRotate: -32, tickFormat: (name: string) => shortened(name, 12) },
    y: { type: 'band', domain: families, label: null, tickSize: 0, tickFormat: (name: string) => shortened(name, labelLength) },
    opacity: { type: 'identity' },
    style: { fontSize: '10.5px' },
    marks: [
      plot.cell(data, { x: 'strategy', y: 'family', fill: 'var(--cell)', rx: 3 }),
      plot.cell(data, {
        x: 'strategy',
        y: 'family',
        fill: 'var(--heat)',
        fillOpacity: 'share',
        rx: 3,
        title: ({ family, strategy, count, total, share }: Cell) =>
          `${family}, ${strategy}: ${formatShare(share)} (${formatCount(count)} of ${formatCount(total)} decisions)`,
      }),
      plot.text(data, {
        x: 'strategy',
        y: 'family',
        text: ({ share, total }: Cell) => (total === 0 ? '' : formatShare(Math.round(share * 100) / 100)),
        fill: 'var(--ink)',
        fontSize: 11,
        pointerEvents: 'none',
      }),
    ],
  }));
  return { kind: 'drawn', title, drawing: { svg } };
}

function countOf(cells: readonly DecisionCell[], family: string, strategy: string): number {
  return cells.reduce((sum, cell) => (cell.family === family && cell.strategy === strategy ? sum + cell.count : sum), 0);
}

function describeHeatmap(data: readonly Cell[], families: readonly string[]): string {
  return families
    .map((family) => {
      const top = data.filter((cell) => cell.family === family).reduce((best, cell) => (cell.share > best.share ? cell : best));
      return top.total === 0 ? `${family}: no decisions.` : `${family}: mostly ${top.strategy} (${formatShare(top.share)}).`;
    })
    .join(' ');
}
