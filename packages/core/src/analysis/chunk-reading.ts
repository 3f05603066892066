/** Reads what a chunk brings along for its edges: nouns, names of code, words that lead it in, words that point back. */
import type { ClauseTraits } from './clause-traits.ts';
import type { Clause } from './clauses.ts';
import { additiveWords, isClosedClass, leadWords, orderWords, ordinals } from './closed-classes.ts';
import type { InlineCode } from './protected-spans.ts';
import type { RequestReading } from './read-request.ts';
import type { Token } from './tag-tokens.ts';

export interface ChunkSpan {
  /** Clauses [firstClause, endClause). */
  readonly firstClause: number;
  readonly endClause: number;
  readonly start: number;
  readonly end: number;
}

/** A word that stands for something said elsewhere. */
export interface BackReference {
  readonly kind: 'pronoun' | 'definite' | 'ordinal' | 'previous';
  /** Token that refers. */
  readonly token: number;
  /** Tokens from the chunk's first one. */
  readonly depth: number;
  /** Of an ordinal: which chunk it counts. */
  readonly place: number | null;
}

export interface ChunkReading extends ChunkSpan {
  readonly firstToken: number;
  readonly endToken: number;
  readonly clause: Clause;
  readonly nouns: ReadonlySet<string>;
  readonly entities: ReadonlySet<string>;
  /** The first name of code in it that is written as it would be called and that no chunk before introduces. */
  readonly introduces: string | null;
  readonly lead: readonly string[];
  readonly ordered: boolean;
  readonly additive: boolean;
  readonly references: readonly BackReference[];
  readonly conditional: boolean;
  readonly purpose: boolean;
  readonly asking: number;
}

const pronouns = new Set(['it', 'them', 'they', 'this', 'that', 'these', 'those', 'its', 'their', 'one', 'ones', 'both']);
const backward = new Set(['previous', 'above', 'same', 'resulting', 'new', 'former', 'latter', 'such', 'said', 'corresponding', 'result', 'results', 'output']);
const placeOf: ReadonlyMap<string, number> = new Map(ordinals.map((word, place) => [word, place]));
const counters = new Set(['step', 'part', 'item', 'point', 'number']);

export function readChunks(reading: RequestReading, boundaries: readonly number[]): readonly ChunkReading[] {
  const starts = [0, ...boundaries];
  const seen = new Set<string>();
  const introduced = new Set<string>();
  let code = 0;
  return starts.map((firstClause, index) => {
    const endClause = starts[index + 1] ?? reading.clauses.length;
    const chunk = readChunk(reading, { firstClause, endClause, isFirst: index === 0 }, seen);
    for (const noun of chunk.nouns) seen.add(noun);
    let introduces: string | null = null;
    for (; (reading.source.inlineCode[code]?.start ?? Number.POSITIVE_INFINITY) < chunk.end; code++) {
      const { name, form } = reading.source.inlineCode[code] as InlineCode;
      if (introduces === null && name !== null && form !== 'plain' && !introduced.has(name)) introduces = name;
    }
    if (introduces !== null) introduced.add(introduces);
    return { ...chunk, introduces };
  });
}

function readChunk(
  { tokens, clauses, traits, text }: RequestReading,
  { firstClause, endClause, isFirst }: { readonly firstClause: number; readonly endClause: number; readonly isFirst: boolean },
  seen: ReadonlySet<string>,
): Omit<ChunkReading, 'introduces'> {
  const clause = clauses[firstClause] as Clause;
  const own = traits.slice(firstClause, endClause);
  const firstToken = clause.first;
  const endToken = (clauses[endClause - 1] as Clause).end;
  const entities = new Set<string>();
  for (let at = firstToken; at < endToken; at++) {
    const token = tokens[at] as Token;
    if (token.pos === 'PROPN' || token.pos === 'NUM' || token.quoted) entities.add(token.lower);
  }
  const lead: string[] = [];
  for (let at = firstToken; at < Math.min(endToken, firstToken + 4); at++) {
    const { lower } = tokens[at] as Token;
    if (leadWords.has(lower) || isClosedClass(lower)) lead.push(lower);
    else if ((tokens[at] as Token).pos !== 'PUNCT') break;
  }
  return {
    firstClause,
    endClause,
    start: isFirst ? 0 : clause.start,
    end: clauses[endClause]?.start ?? text.length,
    firstToken,
    endToken,
    clause,
    nouns: new Set(own.flatMap(({ nouns }) => nouns)),
    entities,
    lead,
    ordered: lead.some((word) => orderWords.has(word)),
    additive: lead.some((word) => additiveWords.has(word)),
    references: isFirst ? [] : findReferences(tokens, firstToken, endToken, seen),
    conditional: clauses.slice(firstClause, endClause).some(({ kind }) => kind === 'condition'),
    purpose: clauses.slice(firstClause, endClause).some(({ opening }) => opening === 'purpose'),
    asking: own.filter(({ asking }: ClauseTraits) => asking).length,
  };
}

function findReferences(tokens: readonly Token[], from: number, end: number, seen: ReadonlySet<string>): readonly BackReference[] {
  const found: BackReference[] = [];
  for (let at = from; at < end; at++) {
    const { lower, pos, value } = tokens[at] as Token;
    const previous = tokens[at - 1];
    const next = tokens[at + 1];
    const place = placeOf.get(lower);
    if (place !== undefined && previous?.lower === 'the' && (next?.pos === 'NOUN' || next?.lower === 'one'))
      found.push({ kind: 'ordinal', token: at, depth: at - from, place });
    else if (pos === 'NUM' && /^\d$/.test(value) && counters.has(previous?.lower ?? ''))
      found.push({ kind: 'ordinal', token: at, depth: at - from, place: Number(value) - 1 });
    else if (pronouns.has(lower) && pos !== 'SCONJ' && !(lower === 'that' && next?.pos !== 'NOUN' && previous?.pos === 'NOUN'))
      found.push({ kind: 'pronoun', token: at, depth: at - from, place: null });
    else if (backward.has(lower) && at > from) found.push({ kind: 'previous', token: at, depth: at - from, place: null });
    else if ((pos === 'NOUN' || pos === 'PROPN') && seen.has(lower) && definiteBefore(tokens, at, from))
      found.push({ kind: 'definite', token: at, depth: at - from, place: null });
  }
  return found;
}

function definiteBefore(tokens: readonly Token[], at: number, from: number): boolean {
  for (let back = at - 1; back >= Math.max(from, at - 3); back--) {
    const { lower } = tokens[back] as Token;
    if (lower === 'the' || lower === 'this' || lower === 'that' || lower === 'these' || lower === 'those') return true;
  }
  return false;
}
