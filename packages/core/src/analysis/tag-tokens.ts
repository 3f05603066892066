/** Tokens of a text with their parts of speech and offsets (wink-nlp with its lite English model, loaded on first use). */
import { createRequire } from 'node:module';
import type { ItsFunction, Model, WinkMethods } from 'wink-nlp';

/** Universal parts of speech. */
export const partsOfSpeech = [
  'ADJ',
  'ADP',
  'ADV',
  'AUX',
  'CCONJ',
  'DET',
  'INTJ',
  'NOUN',
  'NUM',
  'PART',
  'PRON',
  'PROPN',
  'PUNCT',
  'SCONJ',
  'SYM',
  'VERB',
  'X',
] as const;

export interface Token {
  readonly value: string;
  readonly lower: string;
  /** Begins with a quotation mark or a backtick, and goes on. */
  readonly quoted: boolean;
  /** Universal part of speech. */
  readonly pos: string;
  readonly start: number;
  readonly end: number;
  /** Index of its sentence. */
  readonly sentence: number;
}

let loaded: WinkMethods | undefined;

/** Loading takes about 150 ms, so it waits for the first request. */
function tagger(): WinkMethods {
  if (loaded === undefined) {
    const require = createRequire(import.meta.url);
    const winkNLP = require('wink-nlp') as (model: Model, pipe: string[]) => WinkMethods;
    loaded = winkNLP(require('wink-eng-lite-web-model') as Model, ['sbd', 'pos']);
  }
  return loaded;
}

/** `written`: the same text before anything was masked; its words are what tokens are called. */
export function tagTokens(text: string, written: string): readonly Token[] {
  const nlp = tagger();
  const document = nlp.readDoc(text);
  const found = document.tokens();
  const values = found.out(nlp.its.value as ItsFunction<string>) as string[];
  const tags = found.out(nlp.its.pos as ItsFunction<string>) as string[];
  const sentenceOf = new Int32Array(values.length);
  const spans = document.sentences().out(nlp.its.span as ItsFunction<number[]>) as unknown as [number, number][];
  spans.forEach(([first, last], index) => void sentenceOf.fill(index, first, last + 1));
  const tokens: Token[] = [];
  let cursor = 0;
  for (let position = 0; position < values.length; position++) {
    const value = values[position] as string;
    const start = text.indexOf(value, cursor);
    if (start < 0) continue;
    cursor = start + value.length;
    const pos = tags[position] ?? 'X';
    if (pos === 'SPACE' || value.trim() === '') continue;
    // The tagger's own string is hashed already; what was masked is another.
    const word = written.startsWith(value, start) ? value : written.slice(start, cursor);
    tokens.push({ value: word, lower: word.toLowerCase(), quoted: isQuoted(word), pos, start, end: cursor, sentence: sentenceOf[position] as number });
  }
  return tokens;
}

const quotationMarks = new Set(['"', "'", '“', '‘', '`']);
const lineEnds = new Set(['\n', '\r', '\u2028', '\u2029']);

const isQuoted = (word: string): boolean => word.length > 1 && quotationMarks.has(word[0] as string) && !lineEnds.has(word[1] as string);
