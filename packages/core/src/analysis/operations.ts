/** Reads the operations of a clause: verb, object up to the end of its noun phrase, modifiers, negation. */
import type { OperationDetail } from '../analysis.ts';
import type { Clause, Opening } from './clauses.ts';
import { negations, prepositions, subordinators } from './closed-classes.ts';
import type { RequestReading } from './read-request.ts';
import type { Token } from './tag-tokens.ts';

export type ClauseOperation = Omit<OperationDetail, 'chunk'>;

const recipients = new Set(['me', 'us', 'also', 'then', 'please']);
/** Belong to the verb before them. */
const particles = new Set(['up', 'out', 'down', 'off', 'back']);

/** null for a clause that asks for nothing by its form, unless `asPhrase` takes it for the name of what is wanted. */
export function operationOf(reading: RequestReading, index: number, asPhrase: boolean): ClauseOperation | null {
  const { tokens, clauses, traits, text } = reading;
  const clause = clauses[index] as Clause;
  if (!traits[index]?.asking && !asPhrase) return null;
  const end = endOfModifiers(reading, index);
  const last = tokens[end - 1];
  const head = tokens[clause.head];
  if (head === undefined || last === undefined || clause.head >= clause.end) return null;
  const isWhQuestion = clause.kind === 'question' && clause.head === firstWord(tokens, clause);
  const hasVerb = traits[index]?.asking === true && !isWhQuestion && head.pos !== 'DET' && !(clause.kind === 'wish' && head.pos === 'NOUN');
  let from = hasVerb ? clause.head + 1 : clause.head;
  let verb = hasVerb ? head.lower : '';
  if (hasVerb && from < clause.end && particles.has((tokens[from] as Token).lower)) verb += ` ${(tokens[from++] as Token).lower}`;
  while (from < clause.end && hasVerb && recipients.has((tokens[from] as Token).lower)) from++;
  if (hasVerb && from < clause.end && ['with', 'for'].includes((tokens[from] as Token).lower) && from > clause.head + 1) from++;
  const objectEnd = endOfNounPhrase(tokens, from, clause.end);
  const slice = (begin: number, end: number): string =>
    end <= begin ? '' : text.slice((tokens[begin] as Token).start, (tokens[end - 1] as Token).end).replace(/\s+/g, ' ');
  return {
    form: traits[index]?.asking ? (clause.kind as 'imperative' | 'wish' | 'question') : 'phrase',
    verb,
    object: slice(from, objectEnd),
    modifiers: splitModifiers(tokens, objectEnd, end).map(([begin, end]) => slice(begin, end)),
    negated: tokens.slice(clause.first, Math.min(clause.end, clause.head + 2)).some(({ lower }) => negations.has(lower)),
    start: (tokens[clause.first] as Token).start,
    end: last.end,
  };
}

const modifierOpenings: ReadonlySet<Opening> = new Set(['subordinate', 'purpose', 'participle']);

/** Behind the clauses of its sentence that only say how, when, why or what for. */
function endOfModifiers({ tokens, clauses, traits }: RequestReading, index: number): number {
  const sentence = tokens[(clauses[index] as Clause).first]?.sentence;
  let last = index;
  for (let at = index + 1; at < clauses.length; at++) {
    const clause = clauses[at] as Clause;
    if (!modifierOpenings.has(clause.opening) || traits[at]?.asking || tokens[clause.first]?.sentence !== sentence) break;
    last = at;
  }
  return (clauses[last] as Clause).end;
}

function firstWord(tokens: readonly Token[], clause: Clause): number {
  let at = clause.first;
  while (at < clause.end - 1 && (tokens[at] as Token).pos === 'PUNCT') at++;
  return at;
}

/** After the first run of nouns, or where the clause ends or turns to something else. */
function endOfNounPhrase(tokens: readonly Token[], from: number, end: number): number {
  let sawNoun = false;
  for (let at = from; at < end; at++) {
    const { pos, lower, value, quoted } = tokens[at] as Token;
    const isNoun = pos === 'NOUN' || pos === 'PROPN' || quoted;
    if (isNoun) sawNoun = true;
    else if (sawNoun || (subordinators.has(lower) && at > from) || /^[,:;.!?]$/.test(value)) return at;
  }
  return end;
}

function splitModifiers(tokens: readonly Token[], from: number, end: number): readonly (readonly [number, number])[] {
  const starts: number[] = [];
  for (let at = from; at < end; at++) {
    const { lower, pos } = tokens[at] as Token;
    if (
      at === from ||
      (pos === 'ADP' && prepositions.has(lower) && lower !== 'of') ||
      (subordinators.has(lower) && pos !== 'DET') ||
      (lower === 'to' && pos === 'PART')
    )
      starts.push(at);
  }
  return starts
    .map((start, index): [number, number] => [start, starts[index + 1] ?? end])
    .map(([start, stop]): [number, number] => {
      let last = stop;
      while (last > start && (tokens[last - 1] as Token).pos === 'PUNCT') last--;
      return [start, last];
    })
    .filter(([start, stop]) => stop > start);
}

/** Of the clauses that ask; where none does, the phrase that a later chunk, an item or a request for code begins with. */
export function operationsOf(reading: RequestReading, { firstClause, endClause, clause }: ChunkSpanOfClause): readonly ClauseOperation[] {
  const found: ClauseOperation[] = [];
  for (let index = firstClause; index < endClause; index++) {
    const operation = operationOf(reading, index, false);
    if (operation !== null) found.push(operation);
  }
  if (found.length > 0) return found;
  const named = firstClause > 0 || clause.opening === 'item' || reading.source.inlineCode.length > 0;
  const phrase = named ? operationOf(reading, firstClause, true) : null;
  return phrase === null ? [] : [phrase];
}

interface ChunkSpanOfClause {
  readonly firstClause: number;
  readonly endClause: number;
  readonly clause: Clause;
}
