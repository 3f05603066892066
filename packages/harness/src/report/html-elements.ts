/** Turns tables, figures and legends into HTML; everything from outside is escaped here. */
import type { Figure, LegendEntry, Panel } from './charts/figure.ts';
import { escapeMarkup } from './escape-markup.ts';
import type { Column, Table } from './report-tables.ts';

interface TableLook {
  /** Read out before the table, and shown to nobody else. */
  readonly label: string;
  /** Rows whose first cell is this are set off. */
  readonly focus?: string | undefined;
  /** `stack`: on a narrow screen each row becomes a block; `scroll`: the table scrolls sideways. */
  readonly narrow: 'stack' | 'scroll';
}

/** A table; nothing where there are no rows. */
export function htmlTable({ columns, rows }: Table, { label, focus, narrow }: TableLook): string {
  if (rows.length === 0) return '';
  const head = columns.map(({ heading, kind }) => `<th scope="col"${numberClass(kind)}>${escapeMarkup(heading)}</th>`).join('');
  const body = rows.map((row) => {
    const cells = row.map((cell, index) => htmlCell(cell, { column: columns[index], isHeader: index === 0, stacks: narrow === 'stack' })).join('');
    return `<tr${focus !== undefined && row[0] === focus ? ' class="focus"' : ''}>${cells}</tr>`;
  });
  const table = `<table${narrow === 'stack' ? ' class="stack"' : ''} aria-label="${escapeMarkup(label)}"><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table>`;
  return narrow === 'stack' ? table : `<div class="scroll" tabindex="0" role="region" aria-label="${escapeMarkup(label)}">${table}</div>`;
}

function htmlCell(cell: string, { column, isHeader, stacks }: { column: Column | undefined; isHeader: boolean; stacks: boolean }): string {
  const kind = column?.kind ?? 'text';
  const content = kind === 'name' ? `<code>${escapeMarkup(cell)}</code>` : cellText(cell);
  if (isHeader) return `<th scope="row"${kind === 'name' ? ' class="name"' : numberClass(kind)}>${content}</th>`;
  if (!stacks) return `<td${numberClass(kind)}>${content}</td>`;
  return `<td${numberClass(kind)} data-label="${escapeMarkup(column?.heading ?? '')}"><span class="cell">${content}</span></td>`;
}

/** A value with its interval: the interval stands below the value. */
function cellText(cell: string): string {
  const match = /^(\S+(?: m?s)?) (\[[^[\]]+\])$/.exec(cell);
  return match === null ? escapeMarkup(cell) : `${escapeMarkup(match[1] ?? '')} <span class="range">${escapeMarkup(match[2] ?? '')}</span>`;
}

function numberClass(kind: Column['kind']): string {
  return kind === 'number' ? ' class="number"' : '';
}

/** A section with the figure's panels, its legend, and the same numbers as a table to unfold. */
export function htmlFigure({ id, title, caption, legend, panels, table }: Figure): string {
  const drawnPanels = panels.filter(({ kind }) => kind === 'drawn');
  const single = panels.length === 1 && panels.some((panel) => panel.kind === 'drawn' && panel.drawing.wide !== undefined);
  return [
    `<section id="${escapeMarkup(id)}">`,
    `<h2>${escapeMarkup(title)}</h2>`,
    `<p class="soft">${escapeMarkup(caption)}</p>`,
    drawnPanels.length === 0 ? '' : htmlLegend(legend),
    `<div class="panels${single ? ' single' : ''}">`,
    ...panels.map(htmlPanel),
    '</div>',
    table === null || table.rows.length === 0
      ? ''
      : `<details><summary>${escapeMarkup(title)}: the numbers</summary>\n${htmlTable(table, { label: `${title}: the numbers`, narrow: 'scroll' })}\n</details>`,
    '</section>',
  ]
    .filter((line) => line !== '')
    .join('\n');
}

function htmlPanel(panel: Panel): string {
  const heading = `<h3>${escapeMarkup(panel.title)}</h3>`;
  switch (panel.kind) {
    case 'left-out':
      return `<div class="panel">${heading}<p class="left-out">No chart: ${escapeMarkup(panel.reason)}</p></div>`;
    case 'drawn': {
      const { svg, wide } = panel.drawing;
      const drawing = wide === undefined ? svg : `<div class="narrow">${svg}</div><div class="wide">${wide}</div>`;
      return `<div class="panel">${heading}${htmlLegend(panel.legend ?? [])}${drawing}</div>`;
    }
    default:
      return panel satisfies never;
  }
}

function htmlLegend(entries: readonly LegendEntry[]): string {
  if (entries.length === 0) return '';
  return `<ul class="legend">${entries.map((entry) => `<li>${swatch(entry)}${escapeMarkup(entry.label)}</li>`).join('')}</ul>`;
}

const lines: Readonly<Partial<Record<LegendEntry['mark'], string>>> = { line: '', dashed: ' stroke-dasharray="6 4"', dotted: ' stroke-dasharray="1.5 3.5"' };
const shapes: Readonly<Partial<Record<LegendEntry['mark'], string>>> = {
  circle: '<circle cx="13" cy="6" r="4.5"/>',
  ring: '<circle cx="13" cy="6" r="4" fill="none" stroke-width="2"/>',
  square: '<rect x="9" y="2" width="8" height="8"/>',
  triangle: '<path d="M13 1.2 18 10.6H8Z"/>',
  diamond: '<path d="M13 .6 17 6 13 11.4 9 6Z"/>',
  area: '<rect x="7" y="0" width="12" height="12" rx="2"/>',
};

function swatch({ color, mark }: LegendEntry): string {
  const dash = lines[mark];
  const drawing = dash === undefined ? (shapes[mark] ?? '') : `<path d="M1 6H25" stroke-width="2"${dash}/>`;
  return `<svg viewBox="0 0 26 12" aria-hidden="true" style="fill:${color};stroke:${color};stroke-width:0">${drawing}</svg>`;
}
