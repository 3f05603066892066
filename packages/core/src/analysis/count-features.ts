/** What a request as a whole says on whether it asks for more parts than a given number of them. */

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
const likeliest = 5;
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
  ...Array.from({ length: likeliest }, (_, rank) => `boundary ${rank + 1}`),
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
];
const layout = featureLayout(numbers, {
  kinds: clauseKinds,
  openings,
  asked: clauseKinds,
  'first kind': clauseKinds,
  'last kind': clauseKinds,
  word: counted,
});
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
  const { clauses, tokens, traits } = reading;
  const vector = new Float64Array(layout.names.length);
  const number = (name: string, value: number): void => {
    vector[layout.number(name)] = value;
  };
  const count = (positions: ReadonlyMap<string, number>, value: string | undefined): void => {
    const position = value === undefined ? undefined : positions.get(value);
    if (position !== undefined) vector[position] = (vector[position] as number) + 1;
  };
  for (let rank = 0; rank < likeliest; rank++) number(`boundary ${rank + 1}`, logOdds(descending[rank] ?? 0));
  number(
    'sum of boundaries',
    descending.reduce((sum, probability) => sum + probability, 0),
  );
  number('boundaries above half', descending.filter((probability) => probability > 1 / 2).length);
  number('boundaries above a third', descending.filter((probability) => probability > 1 / 3).length);
  number('boundaries above a sixth', descending.filter((probability) => probability > 1 / 6).length);
  number('clauses', clauses.length);
  number('sentences', reading.sentences);
  number('words', tokens.length);
  number('asking', reading.asking);
  number('items', reading.items);
  number('asking items', reading.askingItems);
  number('names code', Number(reading.namesCode));
  number('code introduced', traits.filter(({ newCode }) => newCode !== 'none').length);
  number(
    'entities',
    traits.reduce((sum, { entities }) => sum + entities, 0),
  );
  number('lines', clauses.filter(({ opening }) => opening === 'line' || opening === 'paragraph').length);
  number('subordinate', traits.filter(({ subordinateBefore }) => subordinateBefore).length);
  number('pronouns', traits.filter(({ hasPronoun }) => hasPronoun).length);
  number('clauses a sentence', clauses.length / Math.max(1, reading.sentences));
  number('asking a sentence', reading.asking / Math.max(1, reading.sentences));
  number(
    'single',
    descending.reduce((product, probability) => product * (1 - probability), 1),
  );
  number('materials', reading.source.materials.length);
  number('code', reading.source.inlineCode.length);
  number('line breaks', (reading.source.masked.match(/\n/g) ?? []).length);
  number('ends as a question', Number(tokens.at(-1)?.value === '?'));
  number('word length', tokens.reduce((sum, { start, end }) => sum + end - start, 0) / Math.max(1, tokens.length));
  number('quotations', tokens.filter(({ quoted, value }) => quoted && value[0] !== '`').length);
  number('brackets', tokens.filter(({ value }) => value === '(').length);
  let questions = 0;
  for (const { lower } of tokens) {
    if (lower === '?') questions++;
    count(word, lower);
  }
  number('questions', questions);
  for (const { kind, opening } of clauses) {
    count(kinds, kind);
    count(openingCounts, opening);
  }
  count(firstKind, clauses[0]?.kind);
  count(lastKind, clauses.at(-1)?.kind);
  return vector;
}

const soFar = layout.number('parts so far');
const boundary = layout.number('boundary');
const boundaryBefore = layout.number('boundary before');
const boundaryAfter = layout.number('boundary after');
const left = layout.number('sum of boundaries left');

/** Adds what depends on the number of parts so far, from 1 on, to the vector of the request. */
export function countFeatures(request: Float64Array, descending: readonly number[], parts: number): Float64Array {
  request[soFar] = parts;
  request[boundary] = logOdds(descending[parts - 1] ?? 0);
  request[boundaryBefore] = parts < 2 ? 10 : logOdds(descending[parts - 2] ?? 0);
  request[boundaryAfter] = logOdds(descending[parts] ?? 0);
  let sum = 0;
  for (let rank = parts - 1; rank < Math.min(descending.length, parts + 20); rank++) sum += descending[rank] as number;
  request[left] = sum;
  return request;
}
