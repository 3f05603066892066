/** How near the tools that a request offers are in meaning to what it asks for: an email may be sent by `postMessage`, and by no `get_weather`. */
import { knownWords, meanVector } from '../embedding/text-meaning.ts';
import { type WordVectors, wordVectorSize, wordVectors } from '../embedding/word-vectors.ts';
import { partsApart } from './tool-features.ts';

export const toolMeaningCount = 8;

/** Distinct words of a text that are looked at, so that the time for a tool is bounded. */
const mostWords = 200;

/**
 * Length `toolMeaningCount`, cosines. First by whole names, against the mean of the text's words: the nearest tool, the mean of all, the farthest, and by
 * how much the nearest is nearer than the next (1 for a single tool); then the same by a name's words, each against the word of the text that is nearest to it.
 * Zeros where the text has no word that is known.
 */
export function toolMeanings(names: readonly string[], text: string): Float64Array {
  if (names.length === 0) return new Float64Array(toolMeaningCount);
  const vectors = wordVectors();
  const words = knownWords(text, vectors);
  if (words.length === 0) return new Float64Array(toolMeaningCount);
  const asked = meanVector(words, vectors);
  const nearest = nearestTo([...new Set(words)].slice(0, mostWords), vectors);
  const nearness = names.map((name) => {
    const own = knownWords(spaced(name), vectors);
    if (own.length === 0) return { whole: 0, words: 0 };
    return { whole: cosine(meanVector(own, vectors), asked), words: meanOfNearest(own, nearest, vectors) };
  });
  return Float64Array.from([...spread(nearness.map(({ whole }) => whole)), ...spread(nearness.map(({ words: byWord }) => byWord))]);
}

/** `getWeather_v2` as `get Weather v 2`. */
function spaced(name: string): string {
  return partsApart(name).replace(/[^A-Za-z]+/g, ' ');
}

function spread(values: readonly number[]): readonly number[] {
  const [nearest = 0, next] = values.toSorted((a, b) => b - a);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [nearest, mean, Math.min(...values), next === undefined ? 1 : nearest - next];
}

/** The cosine of a word of a name with the word of the text that is nearest to it, worked out once for all tools that have it in their names. */
function nearestTo(words: readonly number[], { rows: { codes, scale } }: WordVectors): (row: number) => number {
  const known = new Map<number, number>();
  return (row) => {
    let nearest = known.get(row);
    if (nearest === undefined) {
      nearest = -1;
      for (const word of words) nearest = Math.max(nearest, product(codes, row, word) * (scale[row] as number) * (scale[word] as number));
      known.set(row, nearest);
    }
    return nearest;
  };
}

function meanOfNearest(own: readonly number[], nearest: (row: number) => number, { weight }: WordVectors): number {
  let sum = 0;
  let total = 0;
  for (const row of own) {
    sum += weight(row) * nearest(row);
    total += weight(row);
  }
  return sum / total;
}

function product(codes: Int8Array, a: number, b: number): number {
  let sum = 0;
  for (let at = 0; at < wordVectorSize; at++) sum += (codes[a * wordVectorSize + at] as number) * (codes[b * wordVectorSize + at] as number);
  return sum;
}

function cosine(a: Float32Array, b: Float32Array): number {
  let [product, left, right] = [0, 0, 0];
  for (let at = 0; at < a.length; at++) {
    const [x, y] = [a[at] as number, b[at] as number];
    product += x * y;
    left += x * x;
    right += y * y;
  }
  return left > 0 && right > 0 ? product / Math.sqrt(left * right) : 0;
}
