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
  const values = document.tokens().out(nlp.its.value as ItsFunction<string>) as string[];
  const tags = document.tokens().out(nlp.its.pos as ItsFunction<string>) as string[];
  const sentenceOf = new Int32Array(values.length);
  let index = 0;
  document.sentences().each((sentence: { out(its: ItsFunction<number[]>): unknown }) => {
    const [first, last] = sentence.out(nlp.its.span as ItsFunction<number[]>) as [number, number];
    sentenceOf.fill(index++, first, last + 1);
  });
  const tokens: Token[] = [];
  let cursor = 0;
  values.forEach((value, position) => {
    const start = text.indexOf(value, cursor);
    if (start < 0) return;
    cursor = start + value.length;
    const pos = tags[position] ?? 'X';
    if (pos === 'SPACE' || value.trim() === '') return;
    const word = written.slice(start, cursor);
    tokens.push({ value: word, lower: word.toLowerCase(), pos, start, end: cursor, sentence: sentenceOf[position] ?? 0 });
  });
  return tokens;
}
