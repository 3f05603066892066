/** Places texts in a space where neighbours are about the same: TF-IDF of hashed terms, projected on its leading directions. */
import type { Random } from '@ratchet/core';
import { type QuantisedRows, type RowSums, rowSums } from './row-sums.ts';
import { type TextTerms, termSpace } from './text-terms.ts';
import { rightSingularVectors, type SparseMatrix } from './truncated-svd.ts';

export const embeddingSize = 128;

/** Latent semantic analysis (Deerwester et al. 1990) fitted on the texts of a learner; no model is downloaded. */
export interface TextEmbedding {
  /** Ids of the terms that are used, ascending. */
  readonly terms: Int32Array;
  /** Inverse document frequency of each. */
  readonly idf: Float32Array;
  readonly projection: QuantisedRows;
}

const fewest = { words: 2, grams: 3 };
const most = 8_192;
const half = termSpace / 2;

/** Fits on distinct texts: terms that at least two (characters: three) of them have, the commonest 8,192 of either kind. */
export function fitTextEmbedding(texts: readonly TextTerms[], random: Random): TextEmbedding {
  const frequency = new Int32Array(termSpace);
  for (const { ids } of texts) for (const id of ids) frequency[id] = (frequency[id] as number) + 1;
  const terms = Int32Array.from([...commonest(frequency, 0, half, fewest.words), ...commonest(frequency, half, 2 * half, fewest.grams)]);
  const idf = Float32Array.from(terms, (id) => Math.log((1 + texts.length) / (1 + (frequency[id] as number))) + 1);
  const columnOf = columnLookup(terms);
  const offsets = new Int32Array(texts.length + 1);
  const columns: number[] = [];
  const values: number[] = [];
  texts.forEach((text, row) => {
    weigh(text, columnOf, idf, (column, value) => {
      columns.push(column);
      values.push(value);
    });
    offsets[row + 1] = columns.length;
  });
  const matrix: SparseMatrix = { rows: texts.length, columns: terms.length, offsets, column: Int32Array.from(columns), value: Float32Array.from(values) };
  return { terms, idf, projection: quantise(rightSingularVectors(matrix, embeddingSize, random.stream('projection')), terms.length) };
}

interface Placing {
  readonly columnOf: Int32Array;
  readonly sums: RowSums;
}

const placings = new WeakMap<TextEmbedding, Placing>();

/** Length `embeddingSize`; words and characters weigh alike, and each text has at most length 1. */
export function embedText(text: TextTerms, embedding: TextEmbedding): Float32Array {
  let placing = placings.get(embedding);
  if (placing === undefined) {
    placing = { columnOf: columnLookup(embedding.terms), sums: rowSums(embedding.projection, embeddingSize) };
    placings.set(embedding, placing);
  }
  const { columnOf, sums } = placing;
  weigh(text, columnOf, embedding.idf, sums.add);
  return sums.sum();
}

function quantise(values: Float32Array, rows: number): QuantisedRows {
  const codes = new Int8Array(values.length);
  const scale = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const base = row * embeddingSize;
    let largest = 0;
    for (let at = base; at < base + embeddingSize; at++) largest = Math.max(largest, Math.abs(values[at] as number));
    if (largest === 0) continue;
    scale[row] = largest / 127;
    for (let at = base; at < base + embeddingSize; at++) codes[at] = Math.round(((values[at] as number) / largest) * 127);
  }
  return { codes, scale };
}

function commonest(frequency: Int32Array, from: number, to: number, least: number): number[] {
  const frequent: number[] = [];
  for (let id = from; id < to; id++) if ((frequency[id] as number) >= least) frequent.push(id);
  if (frequent.length > most) {
    frequent.sort((a, b) => (frequency[b] as number) - (frequency[a] as number) || a - b);
    frequent.length = most;
    frequent.sort((a, b) => a - b);
  }
  return frequent;
}

function columnLookup(terms: Int32Array): Int32Array {
  const columnOf = new Int32Array(termSpace).fill(-1);
  terms.forEach((id, column) => {
    columnOf[id] = column;
  });
  return columnOf;
}

/** (1 + log count) x idf, each kind of term scaled to length sqrt(1/2). */
function weigh({ ids, counts }: TextTerms, columnOf: Int32Array, idf: Float32Array, use: (column: number, value: number) => void): void {
  const squares: [number, number] = [0, 0];
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] as number;
    const column = columnOf[id] as number;
    if (column < 0) continue;
    const value = (1 + Math.log(counts[index] as number)) * (idf[column] as number);
    squares[id < half ? 0 : 1] += value * value;
  }
  const scales = squares.map((square) => (square > 0 ? Math.SQRT1_2 / Math.sqrt(square) : 0));
  for (let index = 0; index < ids.length; index++) {
    const id = ids[index] as number;
    const column = columnOf[id] as number;
    if (column < 0) continue;
    use(column, (1 + Math.log(counts[index] as number)) * (idf[column] as number) * (scales[id < half ? 0 : 1] as number));
  }
}
