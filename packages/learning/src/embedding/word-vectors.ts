/** What the commonest English words mean, as points: words that are used alike are near each other. */
import { readFileSync } from 'node:fs';
import type { QuantisedRows } from './row-sums.ts';

export const wordVectorSize = 32;

/** A run of letters, or a mark. */
export const tokenPattern = /[a-z]+|[^\sa-z\d]/g;

/** As it is saved; made by test/embedding/make-word-vectors.ts. */
export interface WordVectorFile {
  readonly source: string;
  readonly made: string;
  /** Commonest first, with a space between them. */
  readonly words: string;
  /** `wordVectorSize` 8-bit numbers a word, in base64. */
  readonly codes: string;
}

export interface WordVectors {
  /** The words' vectors, each of length 1. */
  readonly rows: QuantisedRows;
  /** Row of a word in lower case; undefined for one that is not known. */
  find(word: string): number | undefined;
  /**
   * How much the word at a row says of the text that it stands in, in (0, 1): a / (a + p), with p the share of all words that it is (smooth inverse
   * frequency: Arora, Liang and Ma 2017), by Zipf's law.
   */
  weight(row: number): number;
}

const halfSaid = 1e-3;
const zipfOffset = 10;
/** About the sum of 1 / (row + offset) over all words that there are. */
const zipfTotal = 10;

let known: WordVectors | undefined;

/** Read once, when the first text is looked at. */
export function wordVectors(): WordVectors {
  known ??= readVectors();
  return known;
}

function readVectors(): WordVectors {
  const file = JSON.parse(readFileSync(new URL('./word-vectors.generated.json', import.meta.url), 'utf8')) as WordVectorFile;
  const rowOf = new Map(file.words.split(' ').map((word, row) => [word, row]));
  const codes = new Int8Array(Buffer.from(file.codes, 'base64'));
  const scale = new Float32Array(rowOf.size);
  for (let row = 0; row < rowOf.size; row++) {
    let square = 0;
    for (let at = row * wordVectorSize; at < (row + 1) * wordVectorSize; at++) square += (codes[at] as number) ** 2;
    scale[row] = 1 / Math.sqrt(square);
  }
  return {
    rows: { codes, scale },
    find: (word) => rowOf.get(word),
    weight: (row) => halfSaid / (halfSaid + 1 / (zipfTotal * (row + zipfOffset))),
  };
}
