/** Cuts a text into clauses: every place at which something new could be asked for, with how it is introduced and what it is. */
import { auxiliaries, conjunctions, determiners, firstPersons, leadWords, negations, questionWords, subordinators, wishWords } from './closed-classes.ts';
import { outermostItems } from './list-items.ts';
import type { ProtectedText } from './protected-spans.ts';
import type { Token } from './tag-tokens.ts';

/** What stands before a clause, from the strongest to the weakest. */
export const openings = [
  'start',
  'paragraph',
  'item',
  'line',
  'sentence',
  'semicolon',
  'colon',
  'dash',
  'bracket',
  'comma and',
  'and',
  'comma',
  'adverb',
  'purpose',
  'subordinate',
  'participle',
] as const;
export type Opening = (typeof openings)[number];

export const clauseKinds = [
  'imperative',
  'wish',
  'question',
  'statement',
  'first person',
  'infinitive',
  'gerund',
  'participle',
  'condition',
  'relative',
  'phrase',
] as const;
export type ClauseKind = (typeof clauseKinds)[number];

export interface Clause {
  readonly opening: Opening;
  readonly kind: ClauseKind;
  /** Index of its first token, with what leads it in. */
  readonly first: number;
  /** Index of its verb where it has one, else of the first token after what leads it in. */
  readonly head: number;
  /** Index after its last token. */
  readonly end: number;
  /** Offset in the text at which a chunk that begins with it starts. */
  readonly start: number;
}

const weakOpenings: ReadonlySet<Opening> = new Set(['comma', 'comma and', 'and', 'bracket', 'dash', 'adverb', 'purpose', 'subordinate', 'participle']);
/** Open a clause wherever they stand, whatever the tagger says. */
const adverbs = new Set(['then', 'also', 'afterwards', 'subsequently', 'finally', 'next']);
const subordinating = new Set(['if', 'when', 'once', 'while', 'before', 'after', 'because', 'which', 'who', 'until', 'whether', 'where', 'so']);
const endsPhrase = new Set(['NOUN', 'PROPN', 'NUM', 'PUNCT']);
/** The mark of a nested item, a quotation or a heading. */
const lineMarks = new Set('-*•>#');
const clauseOpeners = new Set([',', ';', ':', '—', '–', '-', ')', '.']);

export function findClauses(source: ProtectedText, tokens: readonly Token[]): readonly Clause[] {
  const listed = outermostItems(source.masked);
  const items = new Map(listed.map((item) => [item.content, item.start]));
  const found: Clause[] = [];
  let nextItem = 0;
  /** Up to here, the last clause has nothing but words that lead in, or begins. */
  let emptyUntil = 0;
  for (let index = 0; index < tokens.length; index++) {
    const { start: offset } = tokens[index] as Token;
    while (nextItem < listed.length && (listed[nextItem]?.content ?? 0) <= offset) nextItem++;
    // The mark of an item belongs to it.
    if ((listed[nextItem]?.start ?? Number.POSITIVE_INFINITY) <= offset) continue;
    const opening = openingAt(source.masked, tokens, index, items);
    if (opening === null) continue;
    const token = tokens[index] as Token;
    if (token.pos === 'PUNCT' && opening !== 'start') continue;
    const previous = found.at(-1);
    const { head, kind } = readClause(tokens, index, weakOpenings.has(opening));
    // Nothing but words that lead in stands between: one clause, introduced by the stronger of the two.
    const isEmpty = previous !== undefined && (emptyUntil === index || !hasContent(tokens, emptyUntil, index));
    emptyUntil = index;
    if (isEmpty && opening !== 'item') {
      found[found.length - 1] = { ...previous, kind, head };
      continue;
    }
    if (previous !== undefined) found[found.length - 1] = { ...previous, end: index };
    const atLine = startOf(source.masked, tokens, index, items.get(token.start));
    const start = previous === undefined || atLine > previous.start ? atLine : offset;
    found.push({ opening, kind, first: index, head, end: tokens.length, start });
  }
  return found;
}

function hasContent(tokens: readonly Token[], from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const token = tokens[at] as Token;
    // "2." and "2)" are marks.
    if (/^\d{1,2}$/.test(token.value) && /^[.)]$/.test(tokens[at + 1]?.value ?? '')) continue;
    if (token.pos !== 'PUNCT' && !leadWords.has(token.lower)) return true;
  }
  return false;
}

/** Characters of a mark like "**12.** " and its indentation. */
const longestMark = 12;

/** The start of its line where nothing but a mark stands before it. */
function startOf(text: string, tokens: readonly Token[], index: number, item: number | undefined): number {
  if (item !== undefined) return item;
  const start = (tokens[index] as Token).start;
  const near = Math.max(0, start - longestMark - 1);
  const lineStart = text.slice(near, start).lastIndexOf('\n') + near + 1;
  const isLineStart = lineStart > near || near === 0;
  return isLineStart && /^[\s\d.()*#:>•-]*$/.test(text.slice(lineStart, start)) ? lineStart : start;
}

function openingAt(text: string, tokens: readonly Token[], index: number, items: ReadonlyMap<number, number>): Opening | null {
  const token = tokens[index] as Token;
  if (items.has(token.start)) return 'item';
  const previous = tokens[index - 1];
  if (previous === undefined) return 'start';
  const gap = text.slice(previous.end, token.start);
  // The mark of a nested item.
  if (lineMarks.has(previous.value) && token.pos !== 'PUNCT' && isFirstOnLine(text, previous.start)) return 'line';
  if (gap !== ' ' && gap.includes('\n')) return /\n[ \t\r]*\n/.test(gap) ? 'paragraph' : 'line';
  if (previous.sentence !== token.sentence) return 'sentence';
  if (previous.value === '.' && /^[A-Z]/.test(token.value) && gap !== '') return 'sentence';
  if (conjunctions.has(token.lower) && token.pos !== 'ADJ') return previous.value === ',' ? 'comma and' : previous.value === ';' ? 'semicolon' : 'and';
  if (clauseOpeners.has(previous.value)) {
    switch (previous.value) {
      case ',':
        return 'comma';
      case ';':
        return 'semicolon';
      case ':':
        return gap === '' ? null : 'colon';
      case ')':
        return 'bracket';
      case '.':
        return null;
      case '-':
        return gap === '' || tokens[index - 2]?.end === previous.start ? null : 'dash';
      default:
        return 'dash';
    }
  }
  const next = tokens[index + 1];
  if (adverbs.has(token.lower)) return token.lower === 'next' && next?.pos === 'NOUN' ? null : 'adverb';
  if (token.lower === 'to' && (token.pos === 'PART' || next?.pos === 'VERB') && (next?.pos === 'VERB' || next?.pos === 'AUX') && !leadIn(tokens, index))
    return 'purpose';
  if (token.pos === 'SCONJ' && subordinators.has(token.lower)) return 'subordinate';
  if (subordinating.has(token.lower)) return 'subordinate';
  if (token.pos === 'VERB' && endsPhrase.has(previous.pos) && token.lower.endsWith('ing')) return 'participle';
  if (token.pos === 'ADP' && next?.pos === 'VERB' && next.lower.endsWith('ing')) return 'participle';
  if (token.lower === 'based' && next?.lower === 'on') return 'participle';
  return null;
}

function isFirstOnLine(text: string, offset: number): boolean {
  for (let at = offset - 1; at >= 0; at--) {
    if (text[at] === '\n') return true;
    if (text[at] !== ' ' && text[at] !== '\t') return false;
  }
  return true;
}

/** "want to", "like to", "need you to": the infinitive is the wish itself. */
function leadIn(tokens: readonly Token[], index: number): boolean {
  const previous = tokens[index - 1];
  if (previous === undefined) return false;
  return ['VERB', 'AUX', 'ADJ', 'ADV'].includes(previous.pos) || wishWords.has(previous.lower);
}

const baseForm = (lower: string): boolean =>
  !/(?:ing|ed|[^s]s)$/.test(lower) || /^(?:need|feed|speed|embed|proceed|process|access|address|bring|assess|discuss)$/.test(lower);

const mostLeadWords = 12;
const conditionWords = new Set(['if', 'when', 'once', 'unless', 'whenever', 'before', 'after', 'until', 'while', 'as', 'since', 'because', 'in']);
const relativeWords = new Set(['that', 'which', 'who', 'whose', 'where', 'whether']);
const subjectPronouns = new Set(['it', 'they', 'this', 'that', 'there', 'he', 'she', 'you', 'these', 'those']);

function readClause(tokens: readonly Token[], index: number, withinSentence: boolean): { readonly head: number; readonly kind: ClauseKind } {
  const sentence = (tokens[index] as Token).sentence;
  const at = (position: number): Token | undefined => (tokens[position]?.sentence === sentence ? tokens[position] : undefined);
  let position = index;
  let sawTo = false;
  for (let token = at(position); token !== undefined && position < index + mostLeadWords; token = at(++position)) {
    if (leadWords.has(token.lower) && !(token.lower === 'i' || (token.lower === 'second' && at(position + 1)?.pos === 'NOUN'))) {
      sawTo ||= token.lower === 'to';
      continue;
    }
    if (position > index && /^[,:*_]+$/.test(token.value)) continue;
    if (position === index && token.pos === 'PUNCT') continue;
    if (token.pos === 'ADV' && /ly$/.test(token.lower)) continue;
    break;
  }
  const head = at(position);
  if (head === undefined) return { head: Math.min(position, tokens.length - 1), kind: 'phrase' };
  const next = at(position + 1);
  const lower = head.lower;
  if (lower === 'do' && negations.has(next?.lower ?? '') && at(position + 2) !== undefined) return { head: position + 2, kind: 'imperative' };
  if (lower === "don't" && next !== undefined) return { head: position + 1, kind: 'imperative' };
  if (firstPersons.has(lower) && head.lower !== 'my' && head.lower !== 'our') return readFirstPerson(tokens, position, sentence);
  if (auxiliaries.has(lower) && next !== undefined && (next.pos === 'PRON' || next.pos === 'DET' || next.pos === 'NOUN' || next.pos === 'PROPN')) {
    const verb = firstVerb(tokens, position + 2, sentence);
    return { head: verb ?? position, kind: 'question' };
  }
  if (questionWords.has(lower) && head.pos !== 'SCONJ' && ['AUX', 'VERB', 'ADJ', 'NOUN', 'ADV'].includes(next?.pos ?? ''))
    return { head: position, kind: 'question' };
  if (conditionWords.has(lower) && (lower !== 'in' || next?.lower === 'case')) return { head: position, kind: 'condition' };
  if (relativeWords.has(lower) && head.pos !== 'DET') return { head: position, kind: 'relative' };
  if (sawTo && (head.pos === 'VERB' || baseForm(lower))) return { head: position, kind: 'infinitive' };
  if (head.pos === 'VERB' && /ing$/.test(lower) && next !== undefined) return { head: position, kind: 'gerund' };
  if (head.pos === 'VERB' && /(?:ed|en)$/.test(lower) && !baseForm(lower)) return { head: position, kind: 'participle' };
  // Within a sentence, a capital is a name's, whatever the tagger says.
  if (!(withinSentence && /^[A-Z]/.test(head.value)) && isImperativeAt(tokens, position)) return { head: position, kind: 'imperative' };
  if (subjectPronouns.has(lower) && (next?.pos === 'AUX' || next?.pos === 'VERB')) return { head: position, kind: 'statement' };
  const verb = finiteVerb(tokens, position, sentence);
  if (verb !== null) return { head: verb, kind: 'statement' };
  return { head: position, kind: 'phrase' };
}

function readFirstPerson(tokens: readonly Token[], position: number, sentence: number): { readonly head: number; readonly kind: ClauseKind } {
  const limit = Math.min(tokens.length, position + 8);
  let wish = /^(?:let's|i'd|we'd)$/.test((tokens[position] as Token).lower);
  for (let at = position + 1; at < limit; at++) {
    const token = tokens[at] as Token;
    if (token.sentence !== sentence) break;
    if (['need', 'want', 'like', 'wish', 'hope', 'love', 'require', 'looking', "'d", 'should', 'must', 'wanted', 'us'].includes(token.lower)) wish = true;
    if (wish && token.lower === 'to') {
      const verb = firstVerb(tokens, at + 1, sentence);
      return { head: verb ?? at, kind: 'wish' };
    }
    if (wish && (token.pos === 'DET' || token.pos === 'NOUN')) return { head: at, kind: 'wish' };
    if (!wish && token.pos === 'VERB') return { head: at, kind: 'first person' };
    if (token.pos === 'PUNCT') break;
  }
  return { head: position, kind: wish ? 'wish' : 'first person' };
}

function firstVerb(tokens: readonly Token[], from: number, sentence: number): number | null {
  for (let at = from; at < Math.min(tokens.length, from + 6); at++) {
    const token = tokens[at] as Token;
    if (token.sentence !== sentence || token.pos === 'PUNCT') return null;
    if (wishWords.has(token.lower) || leadWords.has(token.lower) || auxiliaries.has(token.lower) || token.pos === 'ADV' || token.pos === 'PRON') continue;
    return at;
  }
  return null;
}

function finiteVerb(tokens: readonly Token[], from: number, sentence: number): number | null {
  for (let at = from + 1; at < Math.min(tokens.length, from + 14); at++) {
    const token = tokens[at] as Token;
    if (token.sentence !== sentence || /^[,;:.]$/.test(token.value)) return null;
    // "9 AM" is no verb.
    if (token.lower === 'am' && tokens[at - 1]?.pos === 'NUM') continue;
    if (token.pos === 'AUX' || (token.pos === 'VERB' && /s$/.test(token.lower))) return at;
    if (subordinators.has(token.lower)) return null;
  }
  return null;
}

/** A verb in its base form; the tagger often takes one for a noun, which what follows gives away. */
function isImperativeAt(tokens: readonly Token[], position: number): boolean {
  const token = tokens[position] as Token;
  const next = tokens[position + 1];
  if (next === undefined || next.sentence !== token.sentence || token.value.startsWith('Xx')) return false;
  if (token.pos === 'VERB') return baseForm(token.lower) && next.pos !== 'AUX';
  if (!['NOUN', 'PROPN', 'ADJ', 'INTJ', 'X', 'ADV', 'ADP'].includes(token.pos) || determiners.has(token.lower) || subordinators.has(token.lower)) return false;
  return (next.pos === 'DET' || next.pos === 'PRON' || (next.pos === 'NUM' && token.pos === 'NOUN')) && !subordinators.has(next.lower) && baseForm(token.lower);
}

const adjunctKinds: ReadonlySet<ClauseKind> = new Set(['condition', 'gerund', 'participle', 'relative']);

/**
 * The clause from which on a phrase that is set before its main clause with a comma ("once it works, build ..", "using
 * that, write ..") belongs to it; the clause itself where nothing is set before it.
 */
export function clauseWithAdjunct(clauses: readonly Clause[], tokens: readonly Token[], index: number): number {
  const clause = clauses[index] as Clause;
  if (clause.opening !== 'comma' || clause.kind === 'phrase' || clause.kind === 'statement') return index;
  const { sentence } = tokens[clause.first] as Token;
  for (let at = index - 1; at > 0; at--) {
    const earlier = clauses[at] as Clause;
    if ((tokens[earlier.first] as Token).sentence !== sentence) return index;
    const head = tokens[earlier.head] as Token;
    const isAdjunct = adjunctKinds.has(earlier.kind) || (earlier.kind === 'phrase' && (head.pos === 'ADP' || head.pos === 'SCONJ'));
    if (isAdjunct && ['paragraph', 'item', 'line', 'sentence', 'semicolon'].includes(earlier.opening)) return at;
    if (!isAdjunct && earlier.opening !== 'subordinate' && earlier.opening !== 'and') return index;
  }
  return index;
}
