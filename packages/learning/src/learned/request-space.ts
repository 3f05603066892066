/** The space that requests are compared in: what the text says, and what it looks like. */
import { seededRandom } from '@ratchet/core';
import { embeddingSize, type TextEmbedding } from '../embedding/text-embedding.ts';
import { wordVectorSize } from '../embedding/word-vectors.ts';
import { fitCentres, nearestCentre } from '../k-means.ts';
import { fitStandardisation, standardise } from '../standardise.ts';
import { type RequestEntry, textVector } from './request-entry.ts';
import { structureFeatureCount } from './structure-features.ts';
import { kindFeatures, surfaceFeatureCount } from './surface-features.ts';

const kindRuns = 2;
const kindsPerRun = 8;
const fewestForKinds = 3 * kindsPerRun;
const mostForKinds = 1024;

/** Structure, then 1 for each kind that the request is of. */
export const linearFeatureCount = structureFeatureCount + kindRuns * kindsPerRun;
export const spaceDimensions = embeddingSize + surfaceFeatureCount + wordVectorSize;
const meaningFrom = embeddingSize + surfaceFeatureCount;

/** The surface, and the meaning of the words, count for this much of the length of the text's part. */
const surfaceShare = 0.7;
const meaningShare = 0.3;

export interface RequestSpace {
  /**
   * Text, scaled to a mean squared length of 1; then surface, standardised and scaled to `surfaceShare`; then the meaning of the words, less its mean and scaled
   * to `meaningShare`.
   */
  place(entry: RequestEntry): Float32Array;
  /** Length `linearFeatureCount`. */
  linear(entry: RequestEntry): Float64Array;
}

/** Deterministic. Kinds are cells of two k-means runs on the surface; there are none for fewer than 24 requests. */
export function requestSpace(entries: readonly RequestEntry[], embedding: TextEmbedding | null): RequestSpace {
  const scale = fitStandardisation(entries.map(({ surface }) => surface));
  const surfaces = entries.map(({ surface }) => standardise(surface, scale));
  const textFactor = inverseRootMeanSquare(entries.map((entry) => textVector(entry, embedding)));
  const surfaceFactor = surfaceShare * inverseRootMeanSquare(surfaces);
  const meanMeaning = meanOf(entries.map(({ meaning }) => meaning));
  const meaningFactor = meaningShare * inverseRootMeanSquare(entries.map(({ meaning }) => meaning.map((value, at) => value - (meanMeaning[at] as number))));
  const kindScale = fitStandardisation(entries.map(({ surface }) => kindFeatures(surface)));
  const kindPoints = entries.slice(0, mostForKinds).map(({ surface }) => standardise(kindFeatures(surface), kindScale));
  const kinds =
    entries.length < fewestForKinds ? [] : Array.from({ length: kindRuns }, (_, run) => fitCentres(kindPoints, kindsPerRun, seededRandom('kinds').stream(run)));
  return {
    place: (entry) => {
      const point = new Float32Array(spaceDimensions);
      const text = textVector(entry, embedding);
      for (let index = 0; index < embeddingSize; index++) point[index] = textFactor * (text[index] as number);
      standardise(entry.surface, scale).forEach((value, index) => {
        point[embeddingSize + index] = surfaceFactor * value;
      });
      entry.meaning.forEach((value, index) => {
        point[meaningFrom + index] = meaningFactor * (value - (meanMeaning[index] as number));
      });
      return point;
    },
    linear: (entry) => {
      const features = new Float64Array(linearFeatureCount);
      features.set(entry.structure);
      if (kinds.length === 0) return features;
      const own = standardise(kindFeatures(entry.surface), kindScale);
      for (const [run, centres] of kinds.entries()) features[structureFeatureCount + run * kindsPerRun + nearestCentre(own, centres)] = 1;
      return features;
    },
  };
}

function meanOf(vectors: readonly Float32Array[]): Float64Array {
  const mean = new Float64Array(wordVectorSize);
  for (const vector of vectors)
    for (let index = 0; index < vector.length; index++) mean[index] = (mean[index] as number) + (vector[index] as number) / vectors.length;
  return mean;
}

/** 0 for vectors of zeros. */
function inverseRootMeanSquare(vectors: readonly ArrayLike<number>[]): number {
  let sum = 0;
  for (const vector of vectors) for (let index = 0; index < vector.length; index++) sum += (vector[index] as number) ** 2;
  return sum > 0 ? Math.sqrt(vectors.length / sum) : 0;
}
