/** Finds where a request starts to ask for something new, from its clauses, lists and noun phrases: structure, not topics. */
import type { Operation } from '../analysis.ts';
import { outermostItems } from './list-items.ts';
import type { InlineCode, ProtectedText } from './protected-spans.ts';
import type { Token } from './tag-tokens.ts';

export interface ChunkStart {
  readonly start: number;
  readonly operation: Operation;
  /** Index of the token with which the new object is named. */
  readonly objectToken: number;
}

/** How a clause is introduced: the stronger its boundary, the less it takes to see something new in it. */
type Boundary = 'item' | 'paragraph' | 'sentence' | 'clause';

const clauseOpeners = new Set([':', ';', '—', '–', ',', '.', ')']);
const lightWords = new Set([
  'please',
  'then',
  'also',
  'next',
  'finally',
  'afterwards',
  'first',
  'firstly',
  'second',
  'secondly',
  'third',
  'thirdly',
  'fourth',
  'fifth',
  'sixth',
  'last',
  'lastly',
  'now',
  'and',
  'plus',
  'additionally',
  'moreover',
  'so',
  'just',
  'or',
  'but',
  'to',
  'step',
]);
const orderWords = new Set(['then', 'also', 'next', 'finally', 'afterwards', 'first', 'firstly', 'second', 'third', 'lastly', 'plus', 'last']);
const speakers = new Set(['i', 'we', 'you', "i'd", "we'd", 'let', 'there']);
const wishWords = new Set([
  'need',
  'want',
  'would',
  'like',
  'could',
  'can',
  'should',
  'will',
  'must',
  "'d",
  "'ll",
  'have',
  'to',
  'also',
  'please',
  'then',
  'you',
  'me',
  'us',
  'now',
  'still',
  'finally',
  'next',
  'too',
  'be',
  'is',
  'get',
  'i',
  'we',
  'for',
]);
const determiners = new Set(['a', 'an', 'another', 'one', 'two', 'three', 'four', 'five', 'some', 'several', 'the', 'our', 'my', 'its', 'their']);
const indefinite = new Set(['a', 'an', 'another', 'one', 'two', 'three', 'four', 'five', 'some', 'several']);
const subordinators = new Set(['that', 'which', 'where', 'when', 'if', 'so', 'because', 'while', 'who', 'whose', 'unless', 'until']);
/** Besides prepositions: what a phrase before its clause begins with. */
const adjunctHeads = new Set(['once', 'when', 'whenever', 'where', 'while', 'as', 'if', 'using', 'given', 'based', 'having', 'building']);

interface Reading {
  readonly tokens: readonly Token[];
  readonly codeAt: ReadonlyMap<number, InlineCode>;
  /** Names that code of the request already has an owner for. */
  readonly known: Set<string>;
  /** True when the request names code as it would be called: then something new has a name of its own. */
  readonly namesCode: boolean;
}

export function findChunkStarts(source: ProtectedText, tokens: readonly Token[]): readonly ChunkStart[] {
  const reading: Reading = {
    tokens,
    codeAt: new Map(source.inlineCode.map((code) => [code.start, code])),
    known: new Set(),
    namesCode: source.inlineCode.some((code) => code.form !== 'plain'),
  };
  const items = new Map(outermostItems(source.masked).map((item) => [item.content, item.start]));
  const listEnd = endOfList(source.masked, [...items.values()]);
  const starts: ChunkStart[] = [];
  let container: InlineCode | null = null;
  for (const [index, token] of tokens.entries()) {
    const item = items.get(token.start);
    const boundary = item === undefined ? boundaryAt(source.masked, tokens, index) : 'item';
    if (boundary === null || index <= (starts.at(-1)?.objectToken ?? -1)) continue;
    const found = readWish(reading, index, boundary, container);
    if (found === null) continue;
    const start = item ?? clauseStart(source.masked, tokens, index, (starts.at(-1)?.objectToken ?? -1) + 1);
    for (const name of found.operation.names) reading.known.add(name);
    container = found.container ?? container;
    starts.push({ start, operation: found.operation, objectToken: found.objectToken });
  }
  return preferItems(starts, items, listEnd, tokens);
}

/**
 * When at least two items of the outermost list, and half of them, ask for something, each item is a start, and nothing
 * else inside or before the list is.
 */
function preferItems(starts: readonly ChunkStart[], items: ReadonlyMap<number, number>, listEnd: number, tokens: readonly Token[]): readonly ChunkStart[] {
  const byStart = new Map(starts.map((start) => [start.start, start]));
  const asking = [...items.values()].filter((item) => byStart.has(item)).length;
  if (asking < 2 || asking * 2 < items.size) return starts;
  const itemStarts = [...items].map(([content, start]): ChunkStart => {
    const objectToken = tokens.findIndex((token) => token.start >= content);
    return byStart.get(start) ?? { start, objectToken, operation: { verb: '', object: tokens[objectToken]?.value ?? '', names: [] } };
  });
  return [...itemStarts, ...starts.filter((start) => start.start >= listEnd)];
}

/** The list ends at the first paragraph after its last item that is not indented. */
function endOfList(text: string, items: readonly number[]): number {
  const last = items.at(-1);
  if (last === undefined) return text.length;
  const next = /\n[ \t]*\n(?=\S)/.exec(text.slice(last));
  return next === null ? text.length : last + next.index + next[0].length;
}

function boundaryAt(text: string, tokens: readonly Token[], index: number): Boundary | null {
  const token = tokens[index] as Token;
  const previous = tokens[index - 1];
  if (previous === undefined || /\n[ \t]*\n/.test(text.slice(previous.end, token.start))) return 'paragraph';
  if (previous.sentence !== token.sentence || /\n/.test(text.slice(previous.end, token.start))) return 'sentence';
  if (clauseOpeners.has(previous.value) || previous.pos === 'CCONJ' || previous.lower === 'then') return 'clause';
  return null;
}

/** Goes back over what leads the clause in (and, then, Next, / Using that,), not beyond the token `earliest`. */
function clauseStart(text: string, tokens: readonly Token[], index: number, earliest: number): number {
  const first = adjunctStart(tokens, leadStart(tokens, index), earliest);
  const start = (tokens[first] as Token).start;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  return /^[\s\d.()*#:-]*$/.test(text.slice(lineStart, start)) ? lineStart : start;
}

/** The first of the light words before a token, in its sentence. */
function leadStart(tokens: readonly Token[], index: number): number {
  let first = index;
  while (first > 0) {
    const token = tokens[first - 1] as Token;
    if (token.sentence !== (tokens[first] as Token).sentence) break;
    const light = lightWords.has(token.lower) || (token.value === ',' && lightWords.has(tokens[first - 2]?.lower ?? ''));
    if (!light) break;
    first--;
  }
  return first;
}

/** A phrase that is set before its clause with a comma (once it works, / then, using that,) belongs to it. */
function adjunctStart(tokens: readonly Token[], clause: number, earliest: number): number {
  if (tokens[clause - 1]?.value !== ',') return clause;
  const sentence = (tokens[clause] as Token).sentence;
  for (let head = clause - 2; head >= earliest && tokens[head]?.sentence === sentence; head--) {
    const token = tokens[head] as Token;
    if (/^[;:]$/.test(token.value)) break;
    if (!(adjunctHeads.has(token.lower) || token.pos === 'ADP' || token.pos === 'SCONJ')) continue;
    const start = leadStart(tokens, head);
    const before = tokens[start - 1];
    const opens = before === undefined || before.sentence !== sentence || /^[;:—–]$/.test(before.value) || (start < head && /[,.]$/.test(before.value));
    if (opens) return start;
  }
  return clause;
}

interface Wish {
  readonly operation: Operation;
  readonly objectToken: number;
  /** The type that the wish introduces: calls named after it, without a verb, are its members. */
  readonly container: InlineCode | null;
}

function readWish(reading: Reading, index: number, boundary: Boundary, container: InlineCode | null): Wish | null {
  const { tokens } = reading;
  const sentence = (tokens[index] as Token).sentence;
  const at = (position: number): Token | undefined => (tokens[position]?.sentence === sentence ? tokens[position] : undefined);
  let position = index;
  let ordered = false;
  while (at(position) !== undefined && (lightWords.has((at(position) as Token).lower) || (position > index && /^[,:]$/.test((at(position) as Token).value)))) {
    ordered ||= orderWords.has((at(position) as Token).lower);
    position++;
  }
  const head = at(position);
  if (head === undefined) return null;
  let verb = '';
  let wished = false;
  if (speakers.has(head.lower) && wishAhead(tokens, position, sentence)) {
    wished = true;
    while (
      at(position + 1) !== undefined &&
      (speakers.has((at(position) as Token).lower) || wishWords.has((at(position) as Token).lower) || /^['’]/.test((at(position) as Token).value))
    )
      position++;
    const next = at(position) as Token;
    if (isImperative(next, at(position + 1), reading)) {
      verb = next.lower;
      position++;
    }
  } else if (isImperative(head, at(position + 1), reading)) {
    wished = true;
    verb = head.lower;
    position++;
  }
  while (wished && ['me', 'us', 'up', 'out', 'also', 'then', 'down', 'for'].includes(at(position)?.lower ?? '')) position++;
  return reading.namesCode
    ? readNamedObject(reading, position, sentence, { verb, wished, ordered, boundary, container })
    : readObject(reading, position, sentence, { verb, wished, boundary });
}

function wishAhead(tokens: readonly Token[], position: number, sentence: number): boolean {
  return tokens
    .slice(position, position + 6)
    .some((token) => token.sentence === sentence && ['need', 'want', 'like', 'could', 'can', 'should', 'must', 'have', 'us'].includes(token.lower));
}

/** A verb in its base form with something after it that can be its object. The tagger often takes one for a noun. */
function isImperative(token: Token, next: Token | undefined, { codeAt }: Reading): boolean {
  if (next === undefined || codeAt.has(token.start)) return false;
  if (token.pos === 'VERB') return !/(?:ing|ed|[^s]s)$/.test(token.lower) && next.pos !== 'PUNCT' && next.pos !== 'AUX';
  const objectFollows = next.pos === 'DET' || next.pos === 'PRON' || codeAt.has(next.start);
  return ['NOUN', 'PROPN', 'ADJ', 'INTJ', 'X'].includes(token.pos) && objectFollows && !subordinators.has(next.lower) && !determiners.has(token.lower);
}

interface Introduction {
  readonly verb: string;
  /** Introduced by an imperative or a wish. */
  readonly wished: boolean;
  readonly ordered: boolean;
  readonly boundary: Boundary;
  readonly container: InlineCode | null;
}

/** Among code, something new is a new call or type; or a noun phrase (tests, documentation) about a name. */
function readNamedObject(reading: Reading, from: number, sentence: number, intro: Introduction): Wish | null {
  const { tokens, codeAt, known } = reading;
  let nouns = 0;
  for (let at = from; at < Math.min(tokens.length, from + 16); at++) {
    const token = tokens[at] as Token;
    if (token.sentence !== sentence || (token.value === ';' && at > from)) return null;
    const code = codeAt.get(token.start);
    if (code === undefined) {
      if (subordinators.has(token.lower) && nouns === 0) return null;
      if (token.pos === 'NOUN' || token.pos === 'PROPN') nouns++;
      continue;
    }
    if (code.name === null || (code.form === 'plain' && !known.has(code.name))) {
      if (code.name === null || nouns === 0 || !intro.wished || !follows(tokens, at, ['for', 'of', 'against'])) {
        if (at === from) return null;
        continue;
      }
    }
    const isNewName = !known.has(code.name as string) && code.form !== 'plain';
    const about = nouns > 0 && follows(tokens, at, ['for', 'of', 'against', 'the', 'covering', 'function', 'class']);
    const strong = intro.boundary !== 'clause' || intro.ordered;
    const operation = {
      verb: intro.verb,
      object: tokens
        .slice(from, at + 1)
        .map((word) => word.value)
        .join(' '),
      names: isNewName ? [code.name as string] : [],
    };
    if (isNewName) {
      const isMember =
        code.form === 'call' &&
        intro.container !== null &&
        !intro.wished &&
        nouns === 0 &&
        /^[a-z]/.test(code.name as string) &&
        intro.boundary !== 'paragraph' &&
        !intro.ordered;
      const plainPhrase = !intro.wished && (at === from || nouns > 0) && intro.boundary !== 'clause' && at - from <= 5;
      if (isMember || !(intro.wished || plainPhrase)) return null;
      if (at - from > 8 && !strong) return null;
      return { operation, objectToken: at, container: code.form === 'type' ? code : null };
    }
    if (about && strong && (intro.wished || intro.boundary === 'item' || (intro.ordered && nouns > 0)) && !startsDefinite(tokens, from)) {
      return { operation, objectToken: at, container: null };
    }
    return null;
  }
  return null;
}

function follows(tokens: readonly Token[], at: number, words: readonly string[]): boolean {
  return words.includes(tokens[at - 1]?.lower ?? '') || words.includes(tokens[at - 2]?.lower ?? '') || words.includes(tokens[at - 3]?.lower ?? '');
}

function startsDefinite(tokens: readonly Token[], from: number): boolean {
  return ['the', 'it', 'this', 'that'].includes(tokens[from]?.lower ?? '');
}

/** Elsewhere, an imperative or a wish with an object asks for something new at a strong boundary, or with an indefinite object. */
function readObject(reading: Reading, from: number, sentence: number, intro: Pick<Introduction, 'verb' | 'wished' | 'boundary'>): Wish | null {
  const { tokens } = reading;
  let objectToken = -1;
  for (let at = from; at < Math.min(tokens.length, from + 10); at++) {
    const token = tokens[at] as Token;
    if (token.sentence !== sentence || subordinators.has(token.lower) || /^[,:;.]$/.test(token.value)) break;
    if (token.pos === 'NOUN' || token.pos === 'PROPN') {
      objectToken = at;
      break;
    }
  }
  if (objectToken < 0) return null;
  const first = tokens[from] as Token;
  const startsIndefinite = indefinite.has(first.lower) || (first.pos === 'NOUN' && /[^s]s$/.test(first.lower));
  if (!intro.wished && !(intro.boundary === 'item')) return null;
  if (intro.wished && intro.boundary === 'clause' && !startsIndefinite) return null;
  const object = tokens
    .slice(from, objectToken + 1)
    .map((word) => word.value)
    .join(' ');
  return { operation: { verb: intro.verb, object, names: [] }, objectToken, container: null };
}
