/** Resolves the words of a request that point back, as far as its structure says where to, and finds what stays open. */
import type { Ambiguity, DependencyEdge, Reference } from '../analysis.ts';
import type { ChunkReading } from './chunk-reading.ts';
import { personalPronouns } from './closed-classes.ts';
import type { RequestReading } from './read-request.ts';
import type { Token } from './tag-tokens.ts';

/** In the order of the text. A pronoun points at the chunk that an edge leads from; "the X" at the last one that speaks of X. */
export function resolveReferences(reading: RequestReading, chunks: readonly ChunkReading[], edges: readonly DependencyEdge[]): readonly Reference[] {
  return chunks.flatMap((chunk, index) =>
    chunk.references.map(({ kind, token, place }): Reference => {
      const { value, lower, start, end } = reading.tokens[token] as Token;
      const sources = edges.filter(({ to, from }) => to === index && from < index).map(({ from }) => from);
      const refersTo =
        kind === 'ordinal' ? place : kind === 'definite' ? lastThatNames(chunks, index, lower) : sources.length === 1 ? (sources[0] as number) : null;
      return { kind, text: value, start, end, chunk: index, refersTo: refersTo !== null && refersTo < chunks.length ? refersTo : null };
    }),
  );
}

function lastThatNames(chunks: readonly ChunkReading[], before: number, noun: string): number | null {
  for (let at = before - 1; at >= 0; at--) if (chunks[at]?.nouns.has(noun)) return at;
  return null;
}

const deictic = new Set(['below', 'following', 'attached']);

/** Pronouns with nothing or several things to stand for, "or" between things that are asked for, materials that are not there. */
export function findAmbiguities(reading: RequestReading, chunks: readonly ChunkReading[], references: readonly Reference[]): readonly Ambiguity[] {
  const { tokens, clauses, traits, source } = reading;
  const found: Ambiguity[] = [];
  const first = chunks[0];
  if (first !== undefined) {
    const leading = tokens[first.clause.head + 1];
    if (
      first.clause.kind === 'imperative' &&
      leading !== undefined &&
      personalPronouns.has(leading.lower) &&
      source.materials.length === 0 &&
      ['it', 'this', 'them', 'these', 'that'].includes(leading.lower) &&
      tokens[first.clause.head + 2]?.pos !== 'NOUN'
    )
      found.push({ kind: 'bare reference', text: leading.value, start: leading.start, end: leading.end });
  }
  for (const { kind, text, start, end, refersTo, chunk } of references) {
    if (kind === 'pronoun' && refersTo === null && chunk > 1) found.push({ kind: 'antecedent', text, start, end });
  }
  clauses.forEach((clause, index) => {
    const opener = tokens[clause.first] as Token;
    if (opener.lower === 'or' && traits[index]?.asking) found.push({ kind: 'alternative', text: opener.value, start: opener.start, end: opener.end });
  });
  const brings = source.materials.length > 0 || tokens.some(({ quoted, value }) => quoted && value[0] !== '`') || reading.items > 0;
  if (!brings) {
    tokens.forEach((token, at) => {
      if (!deictic.has(token.lower) || token.sentence !== reading.sentences - 1) return;
      const near = [tokens[at - 1], tokens[at - 2], tokens[at + 1]].some((other) => other?.pos === 'NOUN');
      if (near) found.push({ kind: 'absent material', text: token.value, start: token.start, end: token.end });
    });
  }
  return found.sort((a, b) => a.start - b.start);
}
