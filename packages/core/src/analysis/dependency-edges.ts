/** Finds which chunk needs which other's answer, why, and what is handed on. */
import type { DependencyEdge, EdgeReason } from '../analysis.ts';
import { type BoostedTrees, treeModel } from './boosted-trees.ts';
import type { ChunkReading } from './chunk-reading.ts';
import { edgeContext, edgeFeatureNames, edgeFeatures, farthestEdge } from './edge-features.ts';
import { findLoops } from './loops.ts';
import type { RequestReading } from './read-request.ts';
import type { Token } from './tag-tokens.ts';

export type EdgeFinder = (reading: RequestReading, chunks: readonly ChunkReading[]) => readonly DependencyEdge[];

/** Some edge of the request must be this likely, or it has none that only the model sees. */
export const leastLikelyAny = 0.4;
/** Then, every edge that is this likely is one. */
export const leastLikely = 0.3;

export type EdgeEstimator = (reading: RequestReading, chunks: readonly ChunkReading[]) => readonly EdgeEstimate[];

export interface EdgeEstimate {
  readonly from: number;
  readonly to: number;
  readonly probability: number;
}

export function edgeEstimator(trees: BoostedTrees): EdgeEstimator {
  const model = treeModel(trees, edgeFeatureNames);
  const vector = new Float64Array(edgeFeatureNames.length);
  return (reading, chunks) => {
    const context = edgeContext(reading, chunks);
    const estimates: EdgeEstimate[] = [];
    for (let to = 1; to < chunks.length; to++) {
      for (let from = Math.max(0, to - farthestEdge); from < to; from++) {
        estimates.push({ from, to, probability: model(edgeFeatures(context, from, to, vector)) });
      }
    }
    return estimates;
  };
}

/** Those that are likely enough, in order of (to, from). */
export function likelyEdges(estimates: readonly EdgeEstimate[]): readonly EdgeEstimate[] {
  if (!estimates.some(({ probability }) => probability >= leastLikelyAny)) return [];
  return estimates.filter(({ probability }) => probability >= leastLikely);
}

/**
 * Edges in order of (to, from), each pair at most once. They lead forward, but for loops. Where the request names code as
 * it would be called, names, places and pronouns decide alone, and words of order where nothing new is named; elsewhere,
 * places and the model.
 */
export function edgeFinder(trees: BoostedTrees): EdgeFinder {
  const estimate = edgeEstimator(trees);
  return (reading, chunks) => {
    if (chunks.length === 0) return [];
    const found = new Map<string, DependencyEdge>();
    const add = (from: number, to: number, reason: EdgeReason): void => {
      const key = `${from} ${to}`;
      if (from < 0 || from >= chunks.length || found.has(key)) return;
      const carries = from >= to ? [] : carried(chunks[from] as ChunkReading, chunks[to] as ChunkReading);
      found.set(key, { from, to, reason, ...(carries.length === 0 ? {} : { carries }) });
    };
    const owner = new Map<string, number>();
    chunks.forEach((chunk, to) => {
      let certain = 0;
      for (const name of namesMentioned(reading, chunk, owner)) {
        if (name === chunk.introduces) continue;
        add(owner.get(name) as number, to, 'name');
        certain++;
      }
      for (const { kind, place } of chunk.references) {
        if (kind !== 'ordinal' || place === null || place >= to) continue;
        add(place, to, 'reference');
        certain++;
      }
      if (reading.namesCode && certain === 0 && to > 0) {
        if (pointsBack(reading.tokens, chunk)) add(to - 1, to, 'reference');
        else if (chunk.introduces === null && chunk.lead.some((word) => sequenceWords.has(word))) add(to - 1, to, 'order');
      }
      if (chunk.introduces !== null) owner.set(chunk.introduces, to);
    });
    if (!reading.namesCode) {
      const counted = new Set([...found.values()].map(({ to }) => to));
      for (const { from, to } of likelyEdges(estimate(reading, chunks))) if (!counted.has(to)) add(from, to, reasonOf(reading, chunks, { from, to }));
    }
    for (const { from, to } of findLoops(reading, chunks)) add(from, to, 'until');
    return [...found.values()].sort((a, b) => a.to - b.to || a.from - b.from);
  };
}

function namesMentioned({ source }: RequestReading, { start, end }: ChunkReading, owner: ReadonlyMap<string, number>): readonly string[] {
  return source.inlineCode.flatMap((code) => (code.start >= start && code.end <= end && code.name !== null && owner.has(code.name) ? [code.name] : []));
}

/** Say that what follows comes after what was said before; ordinals only count. */
const sequenceWords = new Set(['then', 'next', 'after', 'afterwards', 'once', 'finally', 'lastly']);
const linkingWords = new Set(['for', 'using', 'with', 'on', 'from', 'around', 'against', 'of', 'use', 'have', 'by', 'into']);

/** A pronoun after a linking word, near the beginning. */
function pointsBack(tokens: readonly Token[], { references }: ChunkReading): boolean {
  return references.some(({ kind, token, depth }) => kind === 'pronoun' && depth < 12 && linkingWords.has(tokens[token - 1]?.lower ?? ''));
}

/** The plainest evidence for an edge, from what points back to what only follows. */
function reasonOf(reading: RequestReading, chunks: readonly ChunkReading[], { from, to }: { readonly from: number; readonly to: number }): EdgeReason {
  const source = chunks[from] as ChunkReading;
  const target = chunks[to] as ChunkReading;
  const lower = (token: number) => reading.tokens[token]?.lower ?? '';
  const near = to - from === 1;
  if (near && (pointsBack(reading.tokens, target) || target.references.some(({ kind, depth }) => kind === 'pronoun' && depth < 12))) return 'reference';
  if (target.references.some(({ kind, token }) => kind === 'definite' && source.nouns.has(lower(token)))) return 'reference';
  if (near && target.clause.kind === 'condition') return 'condition';
  if (target.ordered) return 'order';
  if (near && (target.clause.opening === 'purpose' || source.purpose)) return 'purpose';
  if ([...source.nouns].some((noun) => target.nouns.has(noun))) return 'shared';
  return near && target.references.length > 0 ? 'reference' : 'sequence';
}

/** The name that the source introduces, else the nouns that both speak of, at most five. */
function carried(source: ChunkReading, target: ChunkReading): readonly string[] {
  return source.introduces === null ? [...source.nouns].filter((noun) => target.nouns.has(noun)).slice(0, 5) : [source.introduces];
}
