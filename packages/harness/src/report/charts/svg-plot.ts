/** Draws an Observable Plot as the text of an inline SVG: no script, no ids, no style of its own, equal bytes for equal input where no browser draws. */
import type * as PlotModule from '@observablehq/plot';
import { escapeMarkup } from '../escape-markup.ts';

export type Plot = typeof PlotModule;
export type PlotOptions = PlotModule.PlotOptions;

/** The class of every chart, which the style sheet of the page refers to. */
export const plotClass = 'plot';

/** What a reader who does not see the chart is told about it. */
interface Description {
  readonly title: string;
  readonly text: string;
}

/** Plot and a document to draw in are loaded by the first chart, not by who merely imports the reports. */
export async function drawPlot(description: Description, options: (plot: Plot) => PlotOptions): Promise<string> {
  const [plot, { drawingDocument }] = await prepareDrawing();
  const document = (await drawingDocument()) as NonNullable<PlotOptions['document']>;
  const svg = plot.plot({ style: { fontSize: '12px' }, ...options(plot), document, className: plotClass });
  const markup: string = svg.outerHTML;
  return describe(markup.replace(/<style>.*?<\/style>/s, ''), description);
}

/** Loads what charts are drawn with, so that the first one does not wait for it. */
export async function prepareDrawing(): Promise<readonly [Plot, typeof import('#drawing-document')]> {
  return Promise.all([import('@observablehq/plot'), import('#drawing-document')]);
}

function describe(markup: string, { title, text }: Description): string {
  if (!markup.startsWith('<svg ')) throw new Error(`expected one svg element for the chart "${title}", got ${markup.slice(0, 40)}`);
  const close = markup.indexOf('>');
  const open = markup.slice(0, close).replace('<svg ', `<svg role="img" aria-label="${escapeMarkup(`${title}. ${text}`)}" `);
  return `${open}><title>${escapeMarkup(title)}</title>${markup.slice(close + 1)}`;
}
