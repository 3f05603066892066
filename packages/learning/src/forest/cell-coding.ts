/** Codes tables of numbers most of which may be zero: a bit for each cell, and the numbers of the cells that are not. */
import { z } from 'zod';
import { SnapshotError } from '../snapshot.ts';
import { decodeBytes, decodeFloats, decodeShorts, encodeArray } from './array-coding.ts';

/** `shorts`: whole numbers below 65,536, which weights mostly are; otherwise `floats`. */
const numbersSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('shorts'), data: z.string() }),
  z.strictObject({ kind: z.literal('floats'), data: z.string() }),
]);
export type CodedNumbers = z.infer<typeof numbersSchema>;

/** Which cells have a weight, and the weights. */
export const weightsSchema = z.strictObject({ present: z.string(), numbers: numbersSchema });
export type CodedWeights = z.infer<typeof weightsSchema>;

export function encodeWeights(weights: Float64Array): CodedWeights {
  const present = new Uint8Array(Math.ceil(weights.length / 8));
  for (let cell = 0; cell < weights.length; cell++) {
    if (weights[cell] !== 0) present[cell >>> 3] = (present[cell >>> 3] as number) | (1 << (cell & 7));
  }
  const packed = weights.filter((weight) => weight !== 0);
  const shorts = Uint16Array.from(packed);
  const short = packed.every((weight, at) => weight === shorts[at]);
  const numbers: CodedNumbers = short ? { kind: 'shorts', data: encodeArray(shorts) } : { kind: 'floats', data: encodeArray(packed) };
  return { present: encodeArray(present), numbers };
}

/** Throws a `SnapshotError` where the numbers are not as many as the cells that have one, or not above zero and finite. */
export function decodeWeights({ present: bits, numbers }: CodedWeights, cells: number): Float64Array {
  const present = decodeBytes(bits, 'weights');
  const packed = numbers.kind === 'shorts' ? Float64Array.from(decodeShorts(numbers.data, 'weights')) : decodeFloats(numbers.data, 'weights');
  if (present.length !== Math.ceil(cells / 8)) throw new SnapshotError("the saved forest's weights are not as many as its leaves need");
  const weights = new Float64Array(cells);
  let at = 0;
  for (let cell = 0; cell < cells; cell++) {
    if (((present[cell >>> 3] as number) & (1 << (cell & 7))) === 0) continue;
    const weight = packed[at++] ?? Number.NaN;
    if (!(weight > 0 && weight < Number.POSITIVE_INFINITY)) throw new SnapshotError(`the saved forest has a weight of ${weight}`);
    weights[cell] = weight;
  }
  if (at !== packed.length) throw new SnapshotError("the saved forest's weights are more than its leaves need");
  return weights;
}

/** The numbers of the cells that have a weight. */
export function encodeCells(values: Float64Array, weights: Float64Array): string {
  const packed = new Float64Array(values.length);
  let count = 0;
  for (let cell = 0; cell < values.length; cell++) if (weights[cell] !== 0) packed[count++] = values[cell] as number;
  return encodeArray(packed.subarray(0, count));
}

/** Throws a `SnapshotError` where the numbers are not as many as the cells that have a weight, or not finite. */
export function decodeCells(text: string, weights: Float64Array, what: string): Float64Array {
  const packed = decodeFloats(text, what);
  const values = new Float64Array(weights.length);
  let at = 0;
  for (let cell = 0; cell < weights.length; cell++) {
    if (weights[cell] === 0) continue;
    const value = packed[at++] ?? Number.NaN;
    if (!Number.isFinite(value)) throw new SnapshotError(`the saved forest's ${what} hold ${value}`);
    values[cell] = value;
  }
  if (at !== packed.length) throw new SnapshotError(`the saved forest's ${what} are more than its leaves need`);
  return values;
}
