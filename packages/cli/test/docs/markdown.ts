/** What the documentation has of code: fenced blocks, commands within lines, links. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../ratchet.ts';

export interface Block {
  /** `docs/service.md:14` */
  readonly at: string;
  readonly language: string;
  readonly text: string;
  /** What the line before it names, where that is a file alone: `` `support/scenario.yaml` ``. */
  readonly file: string | undefined;
}

export interface Page {
  /** From the project's root. */
  readonly name: string;
  readonly blocks: readonly Block[];
  /** Code within lines. */
  readonly spans: readonly string[];
  /** Addresses of links that are files of the project. */
  readonly links: readonly string[];
}

export function readPages(): readonly Page[] {
  const found = readdirSync(join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', ...found.sort().map((name) => join('docs', name))].map(readPage);
}

function readPage(name: string): Page {
  const lines = readFileSync(join(projectRoot, name), 'utf8').split('\n');
  const blocks: Block[] = [];
  const prose: string[] = [];
  for (let index = 0; index < lines.length; index++) {
    const fence = /^( *)(```+)(\w*)/.exec(lines[index] ?? '');
    if (fence === null) {
      prose.push(lines[index] ?? '');
      continue;
    }
    const [, indent = '', marks = '', language = ''] = fence;
    const begun = index;
    while (++index < lines.length && lines[index]?.trim() !== marks);
    const before = prose.findLast((line) => line.trim() !== '') ?? '';
    prose.push('(a block)');
    blocks.push({
      at: `${name}:${begun + 1}`,
      language,
      text: lines
        .slice(begun + 1, index)
        .map((line) => line.slice(Math.min(indent.length, line.length - line.trimStart().length)))
        .join('\n'),
      // Of a line that another block already follows, it is not said.
      file: /^`([\w./-]+\.\w+)`$/.exec(before.trim())?.[1],
    });
  }
  const text = prose.join('\n');
  return {
    name,
    blocks,
    spans: [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span),
    links: [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, link = '']) => link).filter((link) => !/^\w+:/.test(link)),
  };
}
