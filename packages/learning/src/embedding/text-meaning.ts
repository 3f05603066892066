/** What a text is about by the words that it has, whether or not texts with the same words were seen before; English. */
import { type RowSums, rowSums } from './row-sums.ts';
import { tokenPattern, type WordVectors, wordVectorSize, wordVectors } from './word-vectors.ts';

/** The text that is looked at: what a request is about stands at its beginning. */
const characters = 2000;

/** Rows of the words that are known, in the order of the text. */
export function knownWords(text: string, { find }: WordVectors): readonly number[] {
  const rows: number[] = [];
  for (const [word] of text.slice(0, characters).toLowerCase().matchAll(tokenPattern)) {
    const row = find(word);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

let sums: RowSums | undefined;

/**
 * Length `wordVectorSize`: the mean of its words' vectors, each weighing what it says of the text (Arora, Liang and Ma 2017), so at most of length 1. Zeros where no
 * word is known.
 */
export function textMeaning(text: string): Float32Array {
  const vectors = wordVectors();
  return meanVector(knownWords(text, vectors), vectors);
}

export function meanVector(words: readonly number[], { rows, weight }: WordVectors): Float32Array {
  sums ??= rowSums(rows, wordVectorSize);
  const total = words.reduce((sum, row) => sum + weight(row), 0);
  for (const row of words) sums.add(row, weight(row) / total);
  return sums.sum();
}
