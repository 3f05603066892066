/** Analyses a request: chunks that cover it, their dependency graph, counts and complexity. */
import type { Analysis, Chunk, Structure } from '../analysis.ts';
import { dependencyGraph } from '../graph/dependency-graph.ts';
import { topologicalLayers } from '../graph/layers.ts';
import type { Request } from '../request.ts';
import { type ChunkStart, findChunkStarts } from './chunk-starts.ts';
import { complexityOf } from './complexity.ts';
import { findDependencies } from './dependency-edges.ts';
import { protectSpans } from './protected-spans.ts';
import { tagTokens } from './tag-tokens.ts';

/** Longer texts (pasted logs, books) are looked at up to here; the rest belongs to the last chunk. */
const analysedCharacters = 20_000;

/** Pure; English structure. Any other text degrades to one chunk. */
export function analyze(request: Request): Analysis {
  const { text, tools } = request;
  const source = protectSpans(text.slice(0, analysedCharacters));
  // Tagged as one word each, but named as the user wrote them.
  const tokens = tagTokens(source.masked).map((token) => ({ ...token, value: text.slice(token.start, token.end) }));
  const starts = findChunkStarts(source, tokens);
  const chunks = chunksFrom(text, starts);
  const edges = findDependencies(chunks, starts, source, tokens);
  const { layers } = topologicalLayers(dependencyGraph(chunks.length, edges));
  const structure: Structure = {
    words: tokens.filter((token) => token.pos !== 'PUNCT').length,
    characters: text.length,
    sentences: (tokens.at(-1)?.sentence ?? -1) + 1,
    listItems: (source.masked.match(/^[ \t]*(?:\d{1,2}[.)]|[-*•])[ \t]+\S/gm) ?? []).length,
    questions: (source.masked.match(/\?(?=\s|$)/g) ?? []).length,
    chunks: chunks.length,
    edges: edges.length,
    depth: layers.length,
    width: Math.max(...layers.map((layer) => layer.length)),
    names: new Set(source.inlineCode.flatMap((code) => code.name ?? [])).size,
    materials: source.materials.length,
    materialWords: source.materials.reduce((sum, material) => sum + material.text.split(/\s+/).length, 0),
  };
  return {
    requestId: request.id,
    text,
    ...(tools === undefined ? {} : { tools }),
    chunks,
    edges,
    materials: source.materials,
    structure,
    complexity: complexityOf(structure),
  };
}

/** What stands before the first start belongs to the first chunk. */
function chunksFrom(text: string, starts: readonly ChunkStart[]): readonly Chunk[] {
  if (starts.length === 0) return [{ index: 0, start: 0, end: text.length, text, operation: null }];
  return starts.map((found, index) => {
    const start = index === 0 ? 0 : found.start;
    const end = starts[index + 1]?.start ?? text.length;
    return { index, start, end, text: text.slice(start, end), operation: found.operation };
  });
}
