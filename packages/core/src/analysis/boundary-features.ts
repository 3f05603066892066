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

  vector[at.words] = own.words;
  vector[at['words before']] = before.words;
  vector[at.nouns] = own.nouns.length;
  vector[at.entities] = own.entities;
  vector[at['entities before']] = before.entities;
  vector[at.pronoun] = Number(own.hasPronoun);
  vector[at['pronoun before']] = Number(before.hasPronoun);
  vector[at.negated] = Number(own.negated);
  vector[at.verb] = Number(own.hasVerb);
  vector[at['verb before']] = Number(before.hasVerb);
  vector[at.indefinite] = Number(own.indefinite);
  vector[at.asking] = Number(own.asking);
  vector[at['asking before']] = Number(before.asking);
  vector[at.asked] = own.askedBefore;
  vector[at['since asked']] = own.sinceAsked;
  vector[at['asking in all']] = reading.asking;
  vector[at['shares any']] = Number(own.sharesAny);
  vector[at['shares previous']] = Number(own.sharesPrevious);
  vector[at['subordinate before']] = Number(own.subordinateBefore);
  vector[at['inside item']] = Number(own.insideItem);
  vector[at['is item']] = Number(clause.opening === 'item');
  vector[at.items] = reading.items;
  vector[at['asking items']] = reading.askingItems;
  vector[at['list asks']] = Number(reading.askingItems >= 2 && reading.askingItems * 2 >= reading.items);
  vector[at['known code']] = Number(own.knownCode);
  vector[at['names code']] = Number(reading.namesCode);
  vector[at.sentence] = sentence;
  vector[at.sentences] = reading.sentences;
  vector[at['sentences left']] = reading.sentences - 1 - sentence;
  vector[at.clause] = index;
  vector[at.clauses] = clauses.length;
  vector[at['clauses left']] = clauses.length - 1 - index;
  vector[at['clause of sentence']] = index - firstOfSentence;
  vector[at['clauses of sentence left']] = lastOfSentence - index;
  vector[at['asked in sentence']] = own.askedBefore - (traits[firstOfSentence] as ClauseTraits).askedBefore;
  vector[at['text words']] = tokens.length;

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
