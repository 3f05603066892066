/** Reads what stands in each clause: nouns, pronouns, entities, names of code, and what came before it. */

import type { Clause, ClauseKind } from './clauses.ts';
import { isClosedClass, leadWords, negations, personalPronouns, subordinators } from './closed-classes.ts';
import type { InlineCode, ProtectedText } from './protected-spans.ts';
import type { Token } from './tag-tokens.ts';

export interface ClauseTraits {
  /** In lower case, names included. */
  readonly nouns: readonly string[];
  readonly words: number;
  /** Names, numbers, code and quotations. */
  readonly entities: number;
  readonly hasVerb: boolean;
  readonly hasPronoun: boolean;
  readonly negated: boolean;
  /** What it asks for begins with an indefinite article or a bare plural. */
  readonly indefinite: boolean;
  /** Asks for something by its form: imperative, wish or question. */
  readonly asking: boolean;
  /** How many clauses before it ask for something. */
  readonly askedBefore: number;
  /** Clauses since the last one that asks; -1 where none does. */
  readonly sinceAsked: number;
  /** Shares a noun with some clause before, and with the one right before. */
  readonly sharesAny: boolean;
  readonly sharesPrevious: boolean;
  /** A subordinator stands between the last clause's start and this one. */
  readonly subordinateBefore: boolean;
  /** Words of grammar between its first token and its head, at most five. */
  readonly lead: readonly string[];
  /** The first name of code that nothing before has named. */
  readonly newCode: 'call' | 'type' | 'none';
  readonly knownCode: boolean;
  /** Inside an item of the outermost list, after its beginning. */
  readonly insideItem: boolean;
}

/** What all clauses of a text have in common, read once. */
export interface ClauseReading {
  readonly tokens: readonly Token[];
  readonly clauses: readonly Clause[];
  readonly traits: readonly ClauseTraits[];
  readonly sentences: number;
  readonly asking: number;
  readonly items: number;
  readonly askingItems: number;
  /** The request names code as it would be called. */
  readonly namesCode: boolean;
}

const askingKinds: ReadonlySet<ClauseKind> = new Set(['imperative', 'wish', 'question']);

export function readClauses(source: ProtectedText, tokens: readonly Token[], clauses: readonly Clause[]): ClauseReading {
  const codeAt = new Map<number, InlineCode>(source.inlineCode.map((code) => [code.start, code]));
  const knownNames = new Set<string>();
  const seen = new Set<string>();
  const traits: ClauseTraits[] = [];
  let askedBefore = 0;
  let sinceAsked = -1;
  let insideItem = false;
  let before: readonly string[] = [];
  clauses.forEach((clause, index) => {
    if (clause.opening === 'item') insideItem = true;
    else if (clause.opening === 'paragraph') insideItem = false;
    const asking = askingKinds.has(clause.kind);
    const words = readWords(tokens, clause);
    const { newCode, knownCode } = codeAt.size === 0 ? noCode : readCode(tokens, clause, { codeAt, knownNames });
    traits.push({
      nouns: words.nouns,
      words: words.words,
      entities: words.entities,
      hasVerb: words.hasVerb,
      hasPronoun: words.hasPronoun,
      negated: words.negated,
      newCode,
      knownCode,
      indefinite: isIndefinite(tokens, clause),
      asking,
      askedBefore,
      sinceAsked,
      sharesAny: words.nouns.some((noun) => seen.has(noun)),
      sharesPrevious: words.nouns.some((noun) => before.includes(noun)),
      subordinateBefore: hasSubordinator(tokens, clauses[index - 1]?.first ?? clause.first, clause.first),
      lead: leadOf(tokens, clause),
      insideItem: insideItem && clause.opening !== 'item',
    });
    for (const noun of words.nouns) seen.add(noun);
    before = words.nouns;
    if (asking) askedBefore++;
    sinceAsked = asking ? 0 : sinceAsked < 0 ? -1 : sinceAsked + 1;
  });
  const items = clauses.flatMap(({ opening }, index) => (opening === 'item' ? [index] : []));
  return {
    tokens,
    clauses,
    traits,
    sentences: (tokens.at(-1)?.sentence ?? -1) + 1,
    asking: askedBefore,
    items: items.length,
    askingItems: items.filter((index) => traits[index]?.asking).length,
    namesCode: source.inlineCode.some(({ form }) => form !== 'plain'),
  };
}

function readWords(tokens: readonly Token[], clause: Clause): Pick<ClauseTraits, 'nouns' | 'words' | 'entities' | 'hasVerb' | 'hasPronoun' | 'negated'> {
  const nouns: string[] = [];
  let words = 0;
  let entities = 0;
  let hasVerb = false;
  let hasPronoun = false;
  let negated = false;
  for (let at = clause.first; at < clause.end; at++) {
    const { lower, pos, quoted } = tokens[at] as Token;
    if (pos !== 'PUNCT') words++;
    if (pos === 'NOUN' || pos === 'PROPN') nouns.push(lower);
    if (pos === 'PROPN' || pos === 'NUM' || quoted) entities++;
    if (pos === 'VERB') hasVerb = true;
    if (personalPronouns.has(lower)) hasPronoun = true;
    if (negations.has(lower)) negated = true;
  }
  return { nouns, words, entities, hasVerb, hasPronoun, negated };
}

const noCode = { newCode: 'none', knownCode: false } as const;

interface CodeContext {
  readonly codeAt: ReadonlyMap<number, InlineCode>;
  readonly knownNames: Set<string>;
}

function readCode(tokens: readonly Token[], clause: Clause, { codeAt, knownNames }: CodeContext): Pick<ClauseTraits, 'newCode' | 'knownCode'> {
  let newCode: ClauseTraits['newCode'] = 'none';
  let knownCode = false;
  for (let at = clause.first; at < clause.end; at++) {
    const code = codeAt.get((tokens[at] as Token).start);
    if (code === undefined || code.name === null) continue;
    if (knownNames.has(code.name)) knownCode = true;
    else if (code.form !== 'plain') {
      if (newCode === 'none') newCode = code.form;
      knownNames.add(code.name);
    }
  }
  return { newCode, knownCode };
}

const indefiniteArticles = new Set(['a', 'an', 'another', 'some']);

function isIndefinite(tokens: readonly Token[], clause: Clause): boolean {
  const first = tokens[clause.kind === 'imperative' || clause.kind === 'wish' ? clause.head + 1 : clause.head];
  if (first === undefined) return false;
  return indefiniteArticles.has(first.lower) || (first.pos === 'NOUN' && /[^s]s$/.test(first.lower));
}

function hasSubordinator(tokens: readonly Token[], from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (subordinators.has((tokens[at] as Token).lower)) return true;
  return false;
}

function leadOf(tokens: readonly Token[], clause: Clause): readonly string[] {
  const lead: string[] = [];
  for (let at = clause.first; at < Math.min(clause.head, clause.first + 5); at++) {
    const { lower } = tokens[at] as Token;
    if (leadWords.has(lower) || isClosedClass(lower)) lead.push(lower);
  }
  return lead;
}
