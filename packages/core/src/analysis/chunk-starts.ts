/** Finds where a request starts to ask for something new, from its clauses, lists and noun phrases: structure, not topics. */
import type { Operation } from '../analysis.ts';
import type { InlineCode, ProtectedText } from './protected-spans.ts';
import type { Token } from './tag-tokens.ts';

export interface ChunkStart {
  readonly start: number;
  readonly operation: Operation;
  /** Index of the first token of the operation's clause. */
  readonly firstToken: number;
  /** Index of the token after which the new object is named. */
  readonly objectToken: number;
}

const clauseOpeners = new Set([':', ';', '—', '–', ',']);
const lightWords = new Set(['please', 'then', 'also', 'next', 'finally', 'afterwards', 'first', 'firstly', 'second', 'secondly', 'third', 'thirdly', 'fourth', 'fifth', 'last', 'lastly', 'now', 'and', 'plus', 'additionally', 'moreover', 'ok', 'so', 'just', 'again', 'or', 'but', 'to', 'step']);
const wishSubjects = new Set(['i', 'we', 'you', "i'd", "we'd", 'let']);
const wishHelpers = new Set(['need', 'want', 'would', 'like', 'could', 'can', 'should', 'will', 'must', "'d", "'ll", "'m", 'am', 'are', 'have', 'to', 'also', 'please', 'then', 'you', 'me', 'us', 'looking', 'for', 'after', 'now', 'still', 'finally', 'next', 'too', 'there', 'be', 'is', 'get', 'has', 'it']);
const indefinite = new Set(['a', 'an', 'another', 'one', 'two', 'three', 'four', 'five', 'some', 'several']);
const listMarker = /^[ \t]*(?:\(?\d{1,2}[.)]|[-*•]|[a-z]\))[ \t]+/;

export function findChunkStarts(source: ProtectedText, tokens: readonly Token[]): readonly ChunkStart[] {
  const codeAt = new Map(source.inlineCode.map((code) => [code.start, code]));
  const known = new Set<string>();
  const starts: ChunkStart[] = [];
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as Token;
    const itemStart = listItemStart(source.masked, token.start, tokens[index - 1]);
    const opensClause = itemStart !== null || opensNewClause(tokens, index);
    if (!opensClause) continue;
    const found = readOperation(tokens, index, codeAt, known, itemStart !== null);
    if (found === null) continue;
    const previous = starts.at(-1);
    const start = itemStart ?? clauseStart(source.masked, tokens, index);
    if (previous !== undefined && index <= previous.objectToken) continue;
    for (const name of found.operation.names) known.add(name);
    starts.push({ start, firstToken: index, ...found });
  }
  return starts;
}

/** The offset of the line when the token is the first word of a list item. */
function listItemStart(text: string, offset: number, previous: Token | undefined): number | null {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const marker = listMarker.exec(text.slice(lineStart, offset + 1));
  if (marker === null) return null;
  const markerEnd = lineStart + marker[0].length;
  return offset === markerEnd && (previous === undefined || previous.start < markerEnd) ? lineStart : null;
}

function opensNewClause(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index] as Token;
  const previous = tokens[index - 1];
  if (previous === undefined || previous.sentence !== token.sentence) return true;
  if (lightWords.has(previous.lower) && index >= 2) {
    const before = tokens[index - 2] as Token;
    return previous.pos === 'CCONJ' || clauseOpeners.has(before.value) || before.sentence !== token.sentence || before.pos === 'CCONJ';
  }
  return clauseOpeners.has(previous.value) || previous.pos === 'CCONJ';
}

/** Goes back over the words that lead the clause in (and, then, Next,). */
function clauseStart(text: string, tokens: readonly Token[], index: number): number {
  let first = index;
  while (first > 0) {
    const token = tokens[first - 1] as Token;
    const same = token.sentence === (tokens[first] as Token).sentence;
    if (!same || !(lightWords.has(token.lower) || (token.value === ',' && first - 1 > 0 && lightWords.has((tokens[first - 2] as Token).lower)))) break;
    first--;
  }
  const start = (tokens[first] as Token).start;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return text.slice(lineStart, start).trim() === '' ? lineStart : start;
}

function readOperation(
  tokens: readonly Token[],
  index: number,
  codeAt: ReadonlyMap<number, InlineCode>,
  known: ReadonlySet<string>,
  isItem: boolean,
): Pick<ChunkStart, 'operation' | 'objectToken'> | null {
  const sentence = (tokens[index] as Token).sentence;
  const inSentence = (at: number): Token | undefined => (tokens[at]?.sentence === sentence ? tokens[at] : undefined);
  let at = index;
  while (inSentence(at) !== undefined && (lightWords.has((tokens[at] as Token).lower) || (at > index && (tokens[at] as Token).value === ','))) at++;
  let head = inSentence(at);
  if (head === undefined) return null;
  let verb = '';
  if (wishSubjects.has(head.lower) || head.lower === 'there') {
    while (inSentence(at + 1) !== undefined && (wishSubjects.has((tokens[at] as Token).lower) || wishHelpers.has((tokens[at] as Token).lower))) at++;
    head = tokens[at] as Token;
    if (head.pos === 'VERB' || head.pos === 'NOUN') {
      verb = head.pos === 'VERB' ? head.lower : '';
      if (head.pos === 'VERB') at++;
    }
  } else if (isImperative(tokens, at, inSentence(at + 1))) {
    verb = head.lower;
    at++;
    while (inSentence(at) !== undefined && ['me', 'us', 'up', 'out', 'also', 'then', 'for', 'down'].includes((tokens[at] as Token).lower)) at++;
  } else if (!(isItem || startsNounPhrase(head, codeAt, known))) {
    return null;
  }
  return readNewObject(tokens, at, sentence, verb, codeAt, known, isItem);
}

function isImperative(tokens: readonly Token[], at: number, next: Token | undefined): boolean {
  const token = tokens[at] as Token;
  if (next === undefined) return false;
  const startsObject = ['DET', 'PRON', 'ADJ', 'NOUN', 'PROPN', 'NUM', 'ADV', 'ADP', 'VERB'].includes(next.pos);
  if (!startsObject) return false;
  if (token.pos === 'VERB') return !/(?:ing|[^s]s|ed)$/.test(token.lower) || /(?:eed|ring)$/.test(token.lower);
  // The tagger often takes an imperative for a noun; a noun is not followed by a determiner.
  return ['NOUN', 'PROPN', 'ADJ', 'INTJ'].includes(token.pos) && !token.value.startsWith('Xx') && ['DET', 'PRON'].includes(next.pos) && next.lower !== 'that' && next.lower !== 'which';
}

function startsNounPhrase(token: Token, codeAt: ReadonlyMap<number, InlineCode>, known: ReadonlySet<string>): boolean {
  if (indefinite.has(token.lower)) return true;
  const name = codeAt.get(token.start)?.name;
  return name !== undefined && name !== null && !known.has(name);
}

/** The first noun phrase counts as new when it is indefinite, a bare plural, or names code that was not named before. */
function readNewObject(
  tokens: readonly Token[],
  from: number,
  sentence: number,
  verb: string,
  codeAt: ReadonlyMap<number, InlineCode>,
  known: ReadonlySet<string>,
  isItem: boolean,
): Pick<ChunkStart, 'operation' | 'objectToken'> | null {
  const names: string[] = [];
  let isNew = false;
  let objectToken = from;
  let sawNoun = false;
  const limit = Math.min(tokens.length, from + 14);
  for (let at = from; at < limit; at++) {
    const token = tokens[at] as Token;
    if (token.sentence !== sentence) break;
    const code = codeAt.get(token.start);
    if (code !== undefined) {
      if (code.name !== null && !known.has(code.name)) {
        names.push(code.name);
        isNew = true;
        objectToken = at;
      }
      if (sawNoun || isNew) break;
      continue;
    }
    if (['that', 'which', 'where', 'when', 'if', 'so', 'because'].includes(token.lower) || token.value === ':' || token.value === ';') break;
    if (at === from && indefinite.has(token.lower)) isNew = verb !== '' || isItem || hasNounSoon(tokens, at, sentence);
    if (at === from && verb !== '' && token.pos === 'NOUN' && /[^s]s$/.test(token.lower)) isNew = true;
    if (at === from && verb !== '' && token.pos === 'NOUN' && (tokens[at + 1]?.pos === 'NOUN') && /[^s]s$/.test(tokens[at + 1]?.lower ?? '')) isNew = true;
    if (token.pos === 'NOUN' || token.pos === 'PROPN') {
      sawNoun = true;
      objectToken = Math.max(objectToken, at);
    }
  }
  if (!isNew) return null;
  if (verb === '' && !isItem && names.length === 0) return null;
  const object = tokens.slice(from, objectToken + 1).map((token) => token.value).join(' ');
  return { operation: { verb, object, names }, objectToken };
}

function hasNounSoon(tokens: readonly Token[], at: number, sentence: number): boolean {
  return tokens.slice(at + 1, at + 5).some((token) => token.sentence === sentence && (token.pos === 'NOUN' || token.pos === 'PROPN'));
}
