/** What a request as a whole says on whether it asks for more parts than a given number of them. */

import type { ClauseTraits } from './clause-traits.ts';
import { clauseKinds, openings } from './clauses.ts';
import { featureLayout } from './feature-layout.ts';
import type { RequestReading } from './read-request.ts';

/** Words of grammar that are counted. */
const counted = [
  'and',
  'or',
  'then',
  'also',
  'to',
  'it',
  'them',
  'this',
  'that',
  'the',
  'a',
  'my',
  'i',
  'you',
  'please',
  'can',
  'for',
  'with',
  'of',
  'in',
  'by',
  'from',
  'after',
  'before',
  'if',
  'based',
  'using',
  'its',
  'your',
  'finally',
  'additionally',
  'as',
  'me',
  'help',
  'need',
  'want',
  'like',
  'so',
  'our',
  'their',
  'is',
  'be',
  'on',
];
/** Boundaries that are told one by one. */
const likeliest = 5;
/** Depend on the number of parts so far. */
export const featuresOfParts = ['parts so far', 'boundary', 'boundary before', 'boundary after', 'sum of boundaries left'];
const numbers = [
  'parts so far',
  'boundary',
  'boundary before',
  'boundary after',
  'sum of boundaries',
  'sum of boundaries left',
  'boundaries above half',
  'boundaries above a third',
  'boundaries above a sixth',
  'boundary 1',
  'boundary 2',
  'boundary 3',
  'boundary 4',
  'boundary 5',
  'clauses',
  'sentences',
  'words',
  'asking',
  'items',
  'asking items',
  'names code',
  'code introduced',
  'entities',
  'questions',
  'lines',
  'subordinate',
  'clauses a sentence',
  'asking a sentence',
  'pronouns',
  'single',
  'materials',
  'quotations',
  'brackets',
  'line breaks',
  'ends as a question',
  'word length',
  'code',
] as const;
const layout = featureLayout(numbers, {
  kinds: clauseKinds,
  openings,
  asked: clauseKinds,
  'first kind': clauseKinds,
  'last kind': clauseKinds,
  word: counted,
});
const at = Object.fromEntries(numbers.map((name) => [name, layout.number(name)])) as Readonly<Record<(typeof numbers)[number], number>>;
const firstOfLikeliest = at['boundary 1'];
const word = layout.category('word');
const kinds = layout.category('kinds');
const openingCounts = layout.category('openings');
const firstKind = layout.category('first kind');
const lastKind = layout.category('last kind');

export const countFeatureNames = layout.names;

const logOdds = (probability: number): number => {
  const bounded = Math.min(Math.max(probability, 1e-4), 1 - 1e-4);
  return Math.log(bounded / (1 - bounded));
};

/** The features that do not depend on how many parts there are so far. `descending`: probabilities of the boundaries. */
export function requestCountFeatures(reading: RequestReading, descending: readonly number[]): Float64Array {
  const { clauses, tokens, traits, source } = reading;
  const vector = new Float64Array(layout.names.length);
  const count = (positions: ReadonlyMap<string, number>, value: string | undefined): void => {
    const position = value === undefined ? undefined : positions.get(value);
    if (position !== undefined) vector[position] = (vector[position] as number) + 1;
  };
  const add = (position: number, value: number): void => {
    vector[position] = (vector[position] as number) + value;
  };
  vector[at.single] = 1;
  descending.forEach((probability, rank) => {
    if (rank < likeliest) vector[firstOfLikeliest + rank] = logOdds(probability);
    add(at['sum of boundaries'], probability);
    if (probability > 1 / 2) add(at['boundaries above half'], 1);
    if (probability > 1 / 3) add(at['boundaries above a third'], 1);
    if (probability > 1 / 6) add(at['boundaries above a sixth'], 1);
    vector[at.single] = (vector[at.single] as number) * (1 - probability);
  });
  for (let rank = descending.length; rank < likeliest; rank++) vector[firstOfLikeliest + rank] = logOdds(0);
  vector[at.clauses] = clauses.length;
  vector[at.sentences] = reading.sentences;
  vector[at.words] = tokens.length;
  vector[at.asking] = reading.asking;
  vector[at.items] = reading.items;
  vector[at['asking items']] = reading.askingItems;
  vector[at['names code']] = Number(reading.namesCode);
  vector[at['clauses a sentence']] = clauses.length / Math.max(1, reading.sentences);
  vector[at['asking a sentence']] = reading.asking / Math.max(1, reading.sentences);
  vector[at.materials] = source.materials.length;
  vector[at.code] = source.inlineCode.length;
  for (let found = source.masked.indexOf('\n'); found >= 0; found = source.masked.indexOf('\n', found + 1)) add(at['line breaks'], 1);
  vector[at['ends as a question']] = Number(tokens.at(-1)?.value === '?');
  let characters = 0;
  for (const { value, lower, quoted, start, end } of tokens) {
    characters += end - start;
    if (quoted && value[0] !== '`') add(at.quotations, 1);
    if (value === '(') add(at.brackets, 1);
    if (lower === '?') add(at.questions, 1);
    count(word, lower);
  }
  vector[at['word length']] = characters / Math.max(1, tokens.length);
  clauses.forEach(({ kind, opening }, index) => {
    const { newCode, entities, subordinateBefore, hasPronoun } = traits[index] as ClauseTraits;
    count(kinds, kind);
    count(openingCounts, opening);
    if (opening === 'line' || opening === 'paragraph') add(at.lines, 1);
    if (newCode !== 'none') add(at['code introduced'], 1);
    if (subordinateBefore) add(at.subordinate, 1);
    if (hasPronoun) add(at.pronouns, 1);
    add(at.entities, entities);
  });
  count(firstKind, clauses[0]?.kind);
  count(lastKind, clauses.at(-1)?.kind);
  return vector;
}

/** Adds what depends on the number of parts so far, from 1 on, to the vector of the request. */
export function countFeatures(request: Float64Array, descending: readonly number[], parts: number): Float64Array {
  request[at['parts so far']] = parts;
  request[at.boundary] = logOdds(descending[parts - 1] ?? 0);
  request[at['boundary before']] = parts < 2 ? 10 : logOdds(descending[parts - 2] ?? 0);
  request[at['boundary after']] = logOdds(descending[parts] ?? 0);
  let sum = 0;
  for (let rank = parts - 1; rank < Math.min(descending.length, parts + 20); rank++) sum += descending[rank] as number;
  request[at['sum of boundaries left']] = sum;
  return request;
}
