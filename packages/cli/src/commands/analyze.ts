/** `analyze "request"`: what the analyzer finds in a request: operations, chunks, their graph, complexity; nothing is executed. */
import { analyze, type Complexity, type DependencyEdge, type DetailedAnalysis } from '@ratchet/core';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../terminal/output.ts';

export interface AnalyzeWords {
  readonly request: string;
  readonly mermaid: boolean;
  readonly json: boolean;
}

export function analyzeCommand({ request, mermaid, json }: AnalyzeWords, output: Output): number {
  const analysis = analyze({ id: 'analyze', text: request });
  output.result(json ? JSON.stringify(analysis, null, 2) : mermaid ? mermaidGraph(analysis) : inWords(analysis));
  return exitCodes.ok;
}

function inWords(analysis: DetailedAnalysis): string {
  const { chunks, edges, operations, ambiguities, complexity, structure } = analysis;
  const lines = [
    `${counted(operations.length, 'operation')}, ${counted(chunks.length, 'chunk')}, ${counted(edges.length, 'edge')}, depth ${structure.depth}, width ${structure.width}`,
    '',
    'Operations',
    ...operations.map(({ chunk, verb, object, modifiers, negated }) => {
      const words = [negated ? 'not:' : '', verb, object, modifiers.length === 0 ? '' : `[${modifiers.join('; ')}]`].filter((word) => word !== '');
      return `  ${chunk + 1}. ${words.join(' ')}`;
    }),
    '',
    'Chunks',
    ...chunks.map(({ index, text }) => `  ${index + 1}. ${oneLine(text, 160)}`),
    '',
    'Graph',
    ...(edges.length === 0 ? ['  no chunk needs another'] : edges.map((edge) => `  ${edge.from + 1} -> ${edge.to + 1}  ${becauseOf(edge)}`)),
  ];
  if (ambiguities.length > 0) {
    lines.push('', 'Can be read in more than one way', ...ambiguities.map(({ kind, text, start }) => `  "${text}" at ${start}: ${kind}`));
  }
  return [...lines, '', ...explainComplexity(complexity, structure)].join('\n');
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function oneLine(text: string, longest: number): string {
  const words = text.replace(/\s+/g, ' ').trim();
  const characters = [...words];
  return characters.length <= longest ? words : `${characters.slice(0, longest - 1).join('')}…`;
}

function becauseOf({ reason, carries = [] }: DependencyEdge): string {
  return carries.length === 0 ? reason : `${reason} (${carries.join(', ')})`;
}

/** Each part with what it was computed from. */
function explainComplexity({ score, parts }: Complexity, structure: DetailedAnalysis['structure']): readonly string[] {
  const from: Readonly<Record<keyof Complexity['parts'], string>> = {
    length: counted(structure.words, 'word'),
    operations: counted(structure.chunks, 'chunk'),
    dependencies: counted(structure.edges, 'edge'),
    depth: `depth ${structure.depth}`,
    materials: `${counted(structure.materialWords, 'word')} of material`,
  };
  return [
    `Complexity ${score.toFixed(2)} = 1 - exp(-(${Object.values(parts)
      .map((part) => part.toFixed(2))
      .join(' + ')}))`,
    ...Object.entries(parts).map(([name, part]) => `  ${name.padEnd(12)} ${part.toFixed(2)}  ${from[name as keyof typeof from]}`),
  ];
}

function mermaidGraph({ chunks, edges }: DetailedAnalysis): string {
  const label = (text: string): string => oneLine(text, 60).replace(/["`<>&#;]/g, (found) => `#${found.codePointAt(0)};`);
  return [
    'flowchart TD',
    ...chunks.map(({ index, text }) => `  c${index + 1}["${index + 1}. ${label(text)}"]`),
    ...edges.map(({ from, to, reason }) => `  c${from + 1} -->|${reason}| c${to + 1}`),
  ].join('\n');
}
