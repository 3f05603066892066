/** Brings a provider's embedding of a text, of any length, to the length that places have here. */
import { seededRandom } from '@ratchet/core';
import { embeddingSize } from './text-embedding.ts';

/** By length: one row of signs for each of its dimensions. */
const projections = new Map<number, Int8Array>();

/**
 * Of length 1 and `embeddingSize` dimensions. Shorter embeddings are kept as they are; longer ones are projected on random signs,
 * which keeps the distances between texts to about 1 / sqrt(128) (Johnson and Lindenstrauss 1984; Achlioptas 2003). The signs depend on the
 * length alone. Zeros stay zeros.
 *
 * @throws RangeError without numbers, or for one that is not finite
 */
export function placeEmbedding(values: readonly number[]): Float32Array {
  if (values.length === 0) throw new RangeError('an embedding without numbers says nothing; leave it out');
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new RangeError(`number ${wrong + 1} of an embedding is ${values[wrong]}`);
  const place = new Float64Array(embeddingSize);
  if (values.length <= embeddingSize) place.set(values);
  else {
    const signs = signsFor(values.length);
    values.forEach((value, dimension) => {
      const base = dimension * embeddingSize;
      for (let index = 0; index < embeddingSize; index++) place[index] = (place[index] as number) + value * (signs[base + index] as number);
    });
  }
  const largest = place.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return new Float32Array(embeddingSize);
  const length = Math.hypot(...place.map((value) => value / largest));
  return Float32Array.from(place, (value) => value / largest / length);
}

function signsFor(dimensions: number): Int8Array {
  let signs = projections.get(dimensions);
  if (signs === undefined) {
    const next = seededRandom('provided embedding', dimensions).stream();
    signs = Int8Array.from({ length: dimensions * embeddingSize }, () => (next() < 0.5 ? -1 : 1));
    projections.set(dimensions, signs);
  }
  return signs;
}
