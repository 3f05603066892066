/** Latent semantic features of a request's text: TF-IDF of its words, projected on the main directions of the first texts seen. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { z } from 'zod';
import { decodeNumbers, encodeNumbers } from './number-coding.ts';
import { SnapshotError } from '../snapshot.ts';

/** Number of text features. */
export const textFeatureCount = 8;

const fittedTexts = 200;
const largestVocabulary = 1500;
const fewestDocuments = 3;
const largestDocumentShare = 0.6;
const countedCharacters = 4000;

/** Fitted once, then fixed: features of a text do not change while a policy learns. */
export interface TextProjection {
  readonly vocabulary: readonly string[];
  /** Inverse document frequency of each word. */
  readonly idf: Float64Array;
  /** What is taken off the projection of a text: that of the mean text. */
  readonly offset: Float64Array;
  /** textFeatureCount rows of vocabulary length, one after another. */
  readonly directions: Float64Array;
}

/**
 * Latent semantic analysis (Deerwester et al. 1990) on the first texts: each feature has mean 0 and variance 1 over them.
 * null where the texts say too little to learn from.
 */
export function fitTextProjection(texts: readonly string[]): TextProjection | null {
  const counts = texts.slice(0, fittedTexts).map(countWords);
  const documents = new Map<string, number>();
  for (const words of counts) for (const word of words.keys()) documents.set(word, (documents.get(word) ?? 0) + 1);
  const vocabulary = [...documents]
    .filter(([, count]) => count >= fewestDocuments && count <= largestDocumentShare * counts.length)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, largestVocabulary)
    .map(([word]) => word);
  if (vocabulary.length < textFeatureCount || counts.length <= textFeatureCount) return null;
  const idf = Float64Array.from(vocabulary, (word) => Math.log(counts.length / (documents.get(word) as number)));
  const positions = new Map(vocabulary.map((word, position) => [word, position]));
  const rows = counts.map((words) => weigh(words, positions, idf));
  const mean = new Float64Array(vocabulary.length);
  for (const row of rows) row.forEach((value, position) => (mean[position] = (mean[position] as number) + value / rows.length));
  const centred = new Matrix(rows.map((row) => row.map((value, position) => value - (mean[position] as number))));
  const decomposition = new EigenvalueDecomposition(centred.mmul(centred.transpose()), { assumeSymmetric: true });
  const directions = new Float64Array(textFeatureCount * vocabulary.length);
  const offset = new Float64Array(textFeatureCount);
  for (let feature = 0; feature < textFeatureCount; feature++) {
    const column = counts.length - 1 - feature;
    const eigenvalue = decomposition.realEigenvalues[column] as number;
    if (!(eigenvalue > 1e-9)) continue;
    const scores = decomposition.eigenvectorMatrix.getColumn(column);
    const direction = centred.transpose().mmul(Matrix.columnVector(scores)).to1DArray();
    // An eigenvector's sign is arbitrary: the heaviest word is taken as positive.
    const heaviest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    const scale = (Math.sign(heaviest) * Math.sqrt(counts.length)) / eigenvalue;
    direction.forEach((value, position) => {
      directions[feature * vocabulary.length + position] = value * scale;
      offset[feature] = (offset[feature] as number) + value * scale * (mean[position] as number);
    });
  }
  return { vocabulary, idf, offset, directions };
}

const positionsOf = new WeakMap<TextProjection, ReadonlyMap<string, number>>();

/** In [-3, 3] each. */
export function textFeatures(text: string, projection: TextProjection): Float64Array {
  let positions = positionsOf.get(projection);
  if (positions === undefined) {
    positions = new Map(projection.vocabulary.map((word, position) => [word, position]));
    positionsOf.set(projection, positions);
  }
  const size = projection.vocabulary.length;
  const features = Float64Array.from(projection.offset, (value) => -value);
  weigh(countWords(text), positions, projection.idf).forEach((value, position) => {
    if (value === 0) return;
    for (let feature = 0; feature < textFeatureCount; feature++) {
      features[feature] = (features[feature] as number) + value * (projection.directions[feature * size + position] as number);
    }
  });
  return features.map((value) => Math.max(-3, Math.min(3, value)));
}

function countWords(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of text.slice(0, countedCharacters).toLowerCase().match(/\p{L}{3,}/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** (1 + log of the count) x idf, of length 1. */
function weigh(words: ReadonlyMap<string, number>, positions: ReadonlyMap<string, number>, idf: Float64Array): number[] {
  const row = new Array<number>(idf.length).fill(0);
  let squares = 0;
  for (const [word, count] of words) {
    const position = positions.get(word);
    if (position === undefined) continue;
    const value = (1 + Math.log(count)) * (idf[position] as number);
    row[position] = value;
    squares += value * value;
  }
  return squares === 0 ? row : row.map((value) => value / Math.sqrt(squares));
}

export const savedProjectionSchema = z
  .strictObject({ vocabulary: z.array(z.string().min(1)), idf: z.string(), offset: z.string(), directions: z.string() })
  .nullable();
type SavedProjection = z.infer<typeof savedProjectionSchema>;

export function saveProjection(projection: TextProjection | null): SavedProjection {
  if (projection === null) return null;
  const { vocabulary, idf, offset, directions } = projection;
  return { vocabulary: [...vocabulary], idf: encodeNumbers(idf), offset: encodeNumbers(offset), directions: encodeNumbers(directions) };
}

/** Throws a `SnapshotError` when the parts do not fit together. */
export function restoreProjection(saved: SavedProjection): TextProjection | null {
  if (saved === null) return null;
  const projection = { vocabulary: saved.vocabulary, idf: decodeNumbers(saved.idf), offset: decodeNumbers(saved.offset), directions: decodeNumbers(saved.directions) };
  const size = projection.vocabulary.length;
  if (projection.idf.length !== size || projection.offset.length !== textFeatureCount || projection.directions.length !== size * textFeatureCount) {
    throw new SnapshotError('the saved text features do not fit together; train again');
  }
  return projection;
}
