/** Pieces of Markdown that hold whatever text they are given. */
import type { Table } from './report-tables.ts';

/** A Markdown table; nothing where there are no rows. */
export function markdownTable({ columns, rows }: Table): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(({ heading }) => inCell(plain(heading)))),
    line(columns.map(({ kind }) => (kind === 'number' ? '---:' : '---'))),
    ...rows.map((row) => line(row.map((cell, index) => inCell(columns[index]?.kind === 'name' ? code(cell) : plain(cell))))),
  ].join('\n');
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

export function fence(text: string): string {
  const ticks = '`'.repeat(Math.max(3, longestTicks(text) + 1));
  return `${ticks}text\n${text}\n${ticks}`;
}

/** Text in which nothing is taken for markup; line breaks become spaces. */
export function plain(text: string): string {
  const escaped = text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/[\\`*]|<(?=[a-z/!?])|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/giu, '\\$&')
    .replace(/\](?=[([:])/g, ']\\')
    .replace(/&(?=[#\w]+;)/g, '&amp;');
  return (escaped.match(/~/g) ?? []).length > 1 ? escaped.replaceAll('~', '\\~') : escaped;
}

/** Text as inline code, whatever backticks it holds. */
export function code(text: string): string {
  const ticks = '`'.repeat(longestTicks(text) + 1);
  const pad = /^`|`$/.test(text) ? ' ' : '';
  return `${ticks}${pad}${text.replace(/[\r\n]+/g, ' ')}${pad}${ticks}`;
}

function inCell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function longestTicks(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
