/** What structure says on whether a clause begins a new chunk: its opening, form and words of grammar, and its neighbours'. */
import type { ClauseReading, ClauseTraits } from './clause-traits.ts';
import { type Clause, clauseKinds, openings } from './clauses.ts';
import { closedClassWords, isClosedClass } from './closed-classes.ts';
import { featureLayout } from './feature-layout.ts';
import { partsOfSpeech, type Token } from './tag-tokens.ts';

const marks = [',', '.', ':', ';', '(', ')', '?', '!', '-', "'", '"'];
const words = [...closedClassWords, ...marks];
const numbers = [
  'words',
  'words before',
  'nouns',
  'entities',
  'entities before',
  'pronoun',
  'pronoun before',
  'negated',
  'verb',
  'verb before',
  'indefinite',
  'asking',
  'asking before',
  'asked',
  'since asked',
  'asking in all',
  'shares any',
  'shares previous',
  'subordinate before',
  'inside item',
  'is item',
  'items',
  'asking items',
  'list asks',
  'known code',
  'names code',
  'sentence',
  'sentences',
  'sentences left',
  'clause',
  'clauses',
  'clauses left',
  'clause of sentence',
  'clauses of sentence left',
  'asked in sentence',
  'text words',
] as const;

const layout = featureLayout(numbers, {
  opening: openings,
  kind: clauseKinds,
  'opening before': openings,
  'kind before': clauseKinds,
  'opening after': openings,
  'kind after': clauseKinds,
  'kind of sentence': clauseKinds,
  'pos of head': partsOfSpeech,
  'pos of next': partsOfSpeech,
  'pos of after next': partsOfSpeech,
  'pos of last': partsOfSpeech,
  'pos before last': partsOfSpeech,
  code: ['call', 'type'],
  'code before': ['call', 'type'],
  first: words,
  lead: words,
  head: words,
  next: words,
  last: words,
});
const at = Object.fromEntries(numbers.map((name) => [name, layout.number(name)])) as Readonly<Record<(typeof numbers)[number], number>>;
const category = {
  opening: layout.category('opening'),
  kind: layout.category('kind'),
  openingBefore: layout.category('opening before'),
  kindBefore: layout.category('kind before'),
  openingAfter: layout.category('opening after'),
  kindAfter: layout.category('kind after'),
  kindOfSentence: layout.category('kind of sentence'),
  posOfHead: layout.category('pos of head'),
  posOfNext: layout.category('pos of next'),
  posOfAfterNext: layout.category('pos of after next'),
  posOfLast: layout.category('pos of last'),
  posBeforeLast: layout.category('pos before last'),
  code: layout.category('code'),
  codeBefore: layout.category('code before'),
  first: layout.category('first'),
  lead: layout.category('lead'),
  head: layout.category('head'),
  next: layout.category('next'),
  last: layout.category('last'),
};

export const boundaryFeatureNames = layout.names;

/** Of the clause `index`, from 1 on: the first clause of a text is no boundary. Written into `vector`, which is cleared first. */
export function boundaryFeatures(reading: ClauseReading, index: number, vector: Float64Array): Float64Array {
  vector.fill(0);
  const { clauses, tokens, traits } = reading;
  const clause = clauses[index] as Clause;
  const own = traits[index] as ClauseTraits;
  const previous = clauses[index - 1] as Clause;
  const before = traits[index - 1] as ClauseTraits;
  const following = clauses[index + 1];
  const { sentence } = tokens[clause.first] as Token;
  let firstOfSentence = index;
  while (firstOfSentence > 0 && index - firstOfSentence < 20 && sentenceOf(reading, firstOfSentence - 1) === sentence) firstOfSentence--;
  let lastOfSentence = index;
  while (lastOfSentence < clauses.length - 1 && lastOfSentence - index < 20 && sentenceOf(reading, lastOfSentence + 1) === sentence) lastOfSentence++;
  const mark = (positions: ReadonlyMap<string, number>, value: string | undefined): void => {
    const position = value === undefined ? undefined : positions.get(value);
    if (position !== undefined) vector[position] = 1;
  };
  const wordOf = (token: Token | undefined): string | undefined =>
    token === undefined ? undefined : isClosedClass(token.lower) ? token.lower : token.value.slice(0, 1);
  const number = (name: (typeof numbers)[number], value: number | boolean): void => {
    vector[at[name]] = Number(value);
  };

  number('words', own.words);
  number('words before', before.words);
  number('nouns', own.nouns.length);
  number('entities', own.entities);
  number('entities before', before.entities);
  number('pronoun', own.hasPronoun);
  number('pronoun before', before.hasPronoun);
  number('negated', own.negated);
  number('verb', own.hasVerb);
  number('verb before', before.hasVerb);
  number('indefinite', own.indefinite);
  number('asking', own.asking);
  number('asking before', before.asking);
  number('asked', own.askedBefore);
  number('since asked', own.sinceAsked);
  number('asking in all', reading.asking);
  number('shares any', own.sharesAny);
  number('shares previous', own.sharesPrevious);
  number('subordinate before', own.subordinateBefore);
  number('inside item', own.insideItem);
  number('is item', clause.opening === 'item');
  number('items', reading.items);
  number('asking items', reading.askingItems);
  number('list asks', reading.askingItems >= 2 && reading.askingItems * 2 >= reading.items);
  number('known code', own.knownCode);
  number('names code', reading.namesCode);
  number('sentence', sentence);
  number('sentences', reading.sentences);
  number('sentences left', reading.sentences - 1 - sentence);
  number('clause', index);
  number('clauses', clauses.length);
  number('clauses left', clauses.length - 1 - index);
  number('clause of sentence', index - firstOfSentence);
  number('clauses of sentence left', lastOfSentence - index);
  number('asked in sentence', own.askedBefore - (traits[firstOfSentence] as ClauseTraits).askedBefore);
  number('text words', tokens.length);

  mark(category.opening, clause.opening);
  mark(category.kind, clause.kind);
  mark(category.openingBefore, previous.opening);
  mark(category.kindBefore, previous.kind);
  mark(category.openingAfter, following?.opening);
  mark(category.kindAfter, following?.kind);
  mark(category.kindOfSentence, clauses[firstOfSentence]?.kind);
  mark(category.posOfHead, tokens[clause.head]?.pos);
  mark(category.posOfNext, tokens[clause.head + 1]?.pos);
  mark(category.posOfAfterNext, tokens[clause.head + 2]?.pos);
  mark(category.posOfLast, tokens[clause.first - 1]?.pos);
  mark(category.posBeforeLast, tokens[clause.first - 2]?.pos);
  mark(category.code, own.newCode);
  mark(category.codeBefore, before.newCode);
  mark(category.first, wordOf(tokens[clause.first]));
  for (const word of own.lead) mark(category.lead, word);
  mark(category.head, wordOf(tokens[clause.head]));
  mark(category.next, wordOf(tokens[clause.head + 1]));
  mark(category.last, wordOf(tokens[clause.first - 1]));
  return vector;
}

function sentenceOf({ clauses, tokens }: ClauseReading, index: number): number {
  return (tokens[(clauses[index] as Clause).first] as Token).sentence;
}
