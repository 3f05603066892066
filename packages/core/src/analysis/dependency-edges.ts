/** Finds which chunk needs which other's answer: by names of code, by references, and by words of order. */
import type { Chunk, DependencyEdge } from '../analysis.ts';
import type { ChunkStart } from './chunk-starts.ts';
import type { ProtectedText } from './protected-spans.ts';
import type { Token } from './tag-tokens.ts';

const orderWords = new Set(['then', 'next', 'after', 'afterwards', 'once', 'finally', 'lastly']);
const pronouns = new Set(['it', 'that', 'this', 'them', 'those', 'these']);
const linkingWords = new Set(['for', 'using', 'with', 'on', 'from', 'around', 'against', 'of', 'use', 'have', 'by', 'into']);
const ordinals = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'];

/** Edges in order of (to, from); every edge goes forward in the text. */
export function findDependencies(
  chunks: readonly Chunk[],
  starts: readonly ChunkStart[],
  source: ProtectedText,
  tokens: readonly Token[],
): readonly DependencyEdge[] {
  const owner = new Map<string, number>();
  const edges: DependencyEdge[] = [];
  chunks.forEach((chunk, to) => {
    const found = new Map<number, DependencyEdge>();
    const add = (from: number, reason: DependencyEdge['reason']): void => {
      if (from >= 0 && from < to && !found.has(from)) found.set(from, { from, to, reason });
    };
    for (const name of namesMentioned(chunk, source, owner)) add(owner.get(name) as number, 'name');
    const lead = leadTokens(chunk, starts[to], tokens);
    for (const ordinal of ordinalReferences(chunk, tokens)) add(ordinal, 'reference');
    if (found.size === 0 && to > 0 && refersBack(lead)) add(to - 1, 'reference');
    if (found.size === 0 && to > 0 && lead.slice(0, 3).some((token) => orderWords.has(token.lower))) add(to - 1, 'order');
    edges.push(...[...found.values()].sort((a, b) => a.from - b.from));
    for (const name of chunk.operation?.names ?? []) if (!owner.has(name)) owner.set(name, to);
  });
  return edges;
}

function namesMentioned(chunk: Chunk, source: ProtectedText, owner: ReadonlyMap<string, number>): readonly string[] {
  const names = source.inlineCode.filter((code) => code.start >= chunk.start && code.end <= chunk.end).map((code) => code.name);
  const own = new Set(chunk.operation?.names ?? []);
  return names.filter((name): name is string => name !== null && owner.has(name) && !own.has(name));
}

/** The words from the start of a chunk to the object that it asks for, and a few after. */
function leadTokens(chunk: Chunk, start: ChunkStart | undefined, tokens: readonly Token[]): readonly Token[] {
  const first = tokens.findIndex((token) => token.start >= chunk.start);
  if (first < 0) return [];
  const last = Math.max(first + 8, (start?.objectToken ?? first) + 4);
  return tokens.slice(first, last).filter((token) => token.start < chunk.end);
}

function refersBack(lead: readonly Token[]): boolean {
  return lead.some((token, index) => {
    const previous = lead[index - 1];
    return pronouns.has(token.lower) && token.pos !== 'SCONJ' && previous !== undefined && linkingWords.has(previous.lower);
  });
}

/** "the first step", "from part 2": chunks that are named by their place. */
function ordinalReferences(chunk: Chunk, tokens: readonly Token[]): readonly number[] {
  const found: number[] = [];
  tokens.forEach((token, index) => {
    if (token.start < chunk.start || token.end > chunk.end) return;
    const next = tokens[index + 1];
    const previous = tokens[index - 1];
    const place = ordinals.indexOf(token.lower);
    if (place >= 0 && previous?.lower === 'the' && (next?.pos === 'NOUN' || next?.lower === 'one')) found.push(place);
    if (token.pos === 'NUM' && /^\d$/.test(token.value) && ['step', 'part', 'item', 'point', 'number'].includes(previous?.lower ?? ''))
      found.push(Number(token.value) - 1);
  });
  return found;
}
