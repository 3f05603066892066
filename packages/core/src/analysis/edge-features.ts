/** What structure says on whether one chunk needs an earlier one's answer. */
import type { ChunkReading } from './chunk-reading.ts';
import { clauseKinds, openings } from './clauses.ts';
import { closedClassWords } from './closed-classes.ts';
import { featureLayout } from './feature-layout.ts';

const numbers = [
  'chunks',
  'from',
  'to',
  'distance',
  'to last',
  'shared nouns',
  'shared entities',
  'shared nouns share',
  'nouns of to',
  'nouns of from',
  'nearest that shares',
  'shares more nearer',
  'pronouns',
  'first pronoun',
  'definites',
  'shared definite',
  'previous',
  'first previous',
  'ordinals',
  'ordinal here',
  'ordered',
  'additive',
  'ordered in all',
  'additive in all',
  'ordered of from',
  'conditional',
  'purpose',
  'purpose of from',
  'conditional of from',
  'asking',
  'asking of from',
  'same sentence',
  'sentence gap',
  'words',
  'words of from',
  'sentences',
  'clauses',
  'request words',
  'names code',
  'items',
  'entities of to',
  'entities of from',
  'shares in all',
  'pronouns in all',
  'references in all',
] as const;
const layout = featureLayout(numbers, {
  opening: openings,
  kind: clauseKinds,
  'kind of from': clauseKinds,
  lead: closedClassWords,
  'lead of from': closedClassWords,
  'first pronoun is': ['it', 'them', 'they', 'this', 'that', 'these', 'those', 'its', 'their', 'one', 'ones', 'both'],
});
const at = Object.fromEntries(numbers.map((name) => [name, layout.number(name)])) as Readonly<Record<(typeof numbers)[number], number>>;
const category = {
  opening: layout.category('opening'),
  kind: layout.category('kind'),
  kindOfFrom: layout.category('kind of from'),
  lead: layout.category('lead'),
  leadOfFrom: layout.category('lead of from'),
  pronoun: layout.category('first pronoun is'),
};

export const edgeFeatureNames = layout.names;

export interface EdgeContext {
  readonly chunks: readonly ChunkReading[];
  readonly sentences: number;
  readonly clauses: number;
  readonly words: number;
  readonly namesCode: boolean;
  readonly items: number;
  /** The sentence of each chunk's first token. */
  readonly sentenceOf: readonly number[];
  readonly lower: (token: number) => string;
  /** How many chunks have the trait. */
  readonly ordered: number;
  readonly additive: number;
  readonly sharing: number;
  readonly pronouns: number;
  readonly referring: number;
}

/** How far back chunks are compared. */
export const farthestEdge = 8;

const sharedCount = (a: ReadonlySet<string>, b: ReadonlySet<string>): number => {
  let shared = 0;
  for (const one of a) if (b.has(one)) shared++;
  return shared;
};

export function edgeFeatures(context: EdgeContext, from: number, to: number, vector: Float64Array): Float64Array {
  vector.fill(0);
  const { chunks, sentenceOf } = context;
  const source = chunks[from] as ChunkReading;
  const target = chunks[to] as ChunkReading;
  const mark = (positions: ReadonlyMap<string, number>, value: string | undefined): void => {
    const position = value === undefined ? undefined : positions.get(value);
    if (position !== undefined) vector[position] = 1;
  };
  const shared = sharedCount(source.nouns, target.nouns);
  let nearest = 0;
  let moreNearer = 0;
  for (let other = to - 1; other >= Math.max(0, to - farthestEdge); other--) {
    const count = sharedCount((chunks[other] as ChunkReading).nouns, target.nouns);
    if (count > 0 && nearest === 0) nearest = to - other;
    if (other > from && count > shared) moreNearer++;
  }
  const pronoun = target.references.find(({ kind }) => kind === 'pronoun');
  const previous = target.references.find(({ kind }) => kind === 'previous');
  const definites = target.references.filter(({ kind }) => kind === 'definite');
  const counted = target.references.filter(({ kind }) => kind === 'ordinal');
  vector[at.chunks] = chunks.length;
  vector[at.from] = from;
  vector[at.to] = to;
  vector[at.distance] = to - from;
  vector[at['to last']] = chunks.length - 1 - to;
  vector[at['shared nouns']] = shared;
  vector[at['shared entities']] = sharedCount(source.entities, target.entities);
  vector[at['shared nouns share']] = target.nouns.size === 0 ? 0 : shared / target.nouns.size;
  vector[at['nouns of to']] = target.nouns.size;
  vector[at['nouns of from']] = source.nouns.size;
  vector[at['nearest that shares']] = nearest;
  vector[at['shares more nearer']] = moreNearer;
  vector[at.pronouns] = target.references.filter(({ kind }) => kind === 'pronoun').length;
  vector[at['first pronoun']] = pronoun === undefined ? 99 : pronoun.depth;
  vector[at.definites] = definites.length;
  vector[at['shared definite']] = definites.filter(({ token }) => source.nouns.has(context.lower(token))).length;
  vector[at.previous] = target.references.filter(({ kind }) => kind === 'previous').length;
  vector[at['first previous']] = previous === undefined ? 99 : previous.depth;
  vector[at.ordinals] = counted.length;
  vector[at['ordinal here']] = Number(counted.some(({ place }) => place === from));
  vector[at.ordered] = Number(target.ordered);
  vector[at.additive] = Number(target.additive);
  vector[at['ordered in all']] = context.ordered;
  vector[at['additive in all']] = context.additive;
  vector[at['ordered of from']] = Number(source.ordered);
  vector[at.conditional] = Number(target.conditional);
  vector[at.purpose] = Number(target.purpose);
  vector[at['purpose of from']] = Number(source.purpose);
  vector[at['conditional of from']] = Number(source.conditional);
  vector[at.asking] = target.asking;
  vector[at['asking of from']] = source.asking;
  vector[at['same sentence']] = Number(sentenceOf[from] === sentenceOf[to]);
  vector[at['sentence gap']] = (sentenceOf[to] ?? 0) - (sentenceOf[from] ?? 0);
  vector[at.words] = target.endToken - target.firstToken;
  vector[at['words of from']] = source.endToken - source.firstToken;
  vector[at.sentences] = context.sentences;
  vector[at.clauses] = context.clauses;
  vector[at['request words']] = context.words;
  vector[at['names code']] = Number(context.namesCode);
  vector[at.items] = context.items;
  vector[at['entities of to']] = target.entities.size;
  vector[at['entities of from']] = source.entities.size;
  vector[at['shares in all']] = context.sharing;
  vector[at['pronouns in all']] = context.pronouns;
  vector[at['references in all']] = context.referring;
  mark(category.opening, target.clause.opening);
  mark(category.kind, target.clause.kind);
  mark(category.kindOfFrom, source.clause.kind);
  for (const word of target.lead) mark(category.lead, word);
  for (const word of source.lead) mark(category.leadOfFrom, word);
  if (pronoun !== undefined && pronoun.depth < 12) mark(category.pronoun, context.lower(pronoun.token));
  return vector;
}

export function edgeContext(
  reading: {
    readonly tokens: readonly { readonly lower: string; readonly sentence: number }[];
    readonly clauses: readonly unknown[];
    readonly sentences: number;
    readonly namesCode: boolean;
    readonly items: number;
  },
  chunks: readonly ChunkReading[],
): EdgeContext {
  return {
    chunks,
    sentences: reading.sentences,
    clauses: reading.clauses.length,
    words: reading.tokens.length,
    namesCode: reading.namesCode,
    items: reading.items,
    sentenceOf: chunks.map(({ firstToken }) => reading.tokens[firstToken]?.sentence ?? 0),
    lower: (token) => reading.tokens[token]?.lower ?? '',
    ordered: chunks.filter(({ ordered }) => ordered).length,
    additive: chunks.filter(({ additive }) => additive).length,
    sharing: chunks.filter((chunk, index) => index > 0 && sharedCount(chunk.nouns, (chunks[index - 1] as ChunkReading).nouns) > 0).length,
    pronouns: chunks.filter(({ references }) => references.some(({ kind, depth }) => kind === 'pronoun' && depth < 10)).length,
    referring: chunks.filter(({ references }) => references.length > 0).length,
  };
}
