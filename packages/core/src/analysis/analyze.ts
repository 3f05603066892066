/** Analyses a request: chunks that cover it, their dependency graph, operations, references, counts and complexity. */
import type { Chunk, DependencyEdge, DetailedAnalysis, Structure } from '../analysis.ts';
import { condense } from '../graph/condensation.ts';
import { dependencyGraph } from '../graph/dependency-graph.ts';
import { topologicalLayers } from '../graph/layers.ts';
import type { Request } from '../request.ts';
import { type BoundaryFinder, boundaryFinder } from './chunk-boundaries.ts';
import { type ChunkReading, readChunks } from './chunk-reading.ts';
import { complexityOf } from './complexity.ts';
import decompositionModel from './decomposition-model.generated.json' with { type: 'json' };
import { type EdgeFinder, edgeFinder } from './dependency-edges.ts';
import { type ClauseOperation, operationsOf } from './operations.ts';
import { type RequestReading, readRequest } from './read-request.ts';
import { findAmbiguities, resolveReferences } from './references.ts';

let finders: { readonly boundaries: BoundaryFinder; readonly edges: EdgeFinder } | undefined;

/** Pure; English structure. Any other text degrades to one chunk. Time is linear in the length of the text. */
export function analyze(request: Request): DetailedAnalysis {
  const { text, tools, embedding } = request;
  finders ??= { boundaries: boundaryFinder(decompositionModel), edges: edgeFinder(decompositionModel.edge) };
  const reading = readRequest(text);
  const { source, isProse } = reading;
  const spans = reading.clauses.length === 0 ? [] : readChunks(reading, finders.boundaries(reading));
  const operations = spans.map((span) => (isProse ? operationsOf(reading, span) : []));
  const edges = finders.edges(reading, spans);
  const chunks = chunksFrom(text, spans, operations);
  const structure = structureOf(reading, chunks, edges);
  const references = resolveReferences(reading, spans, edges);
  return {
    requestId: request.id,
    text,
    ...(tools === undefined ? {} : { tools }),
    ...(embedding === undefined ? {} : { embedding }),
    chunks,
    edges,
    materials: source.materials,
    structure,
    complexity: complexityOf(structure),
    operations: operations.flatMap((found, chunk) => found.map((operation) => ({ chunk, ...operation }))),
    references,
    ambiguities: findAmbiguities(reading, spans, references),
  };
}

function chunksFrom(text: string, spans: readonly ChunkReading[], operations: readonly (readonly ClauseOperation[])[]): readonly Chunk[] {
  if (spans.length === 0) return [{ index: 0, start: 0, end: text.length, text, operation: null }];
  return spans.map(({ start, end, introduces }, index) => {
    const operation = operations[index]?.[0];
    return {
      index,
      start,
      end,
      text: text.slice(start, end),
      operation: operation === undefined ? null : { verb: operation.verb, object: operation.object, names: introduces === null ? [] : [introduces] },
    };
  });
}

function structureOf({ text, source, tokens, sentences }: RequestReading, chunks: readonly Chunk[], edges: readonly DependencyEdge[]): Structure {
  // A loop is one step of the way through the graph.
  const { layers } = topologicalLayers(condense(dependencyGraph(chunks.length, edges)).graph);
  return {
    words: tokens.filter((token) => token.pos !== 'PUNCT').length,
    characters: text.length,
    sentences,
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
}
