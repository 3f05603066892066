/** Codes arrays of numbers as text, bit for bit. */
import { SnapshotError } from '../snapshot.ts';

type NumberArray = Float64Array | Float32Array | Int32Array | Uint16Array | Int8Array;

export function encodeNumbers(values: Float64Array): string {
  return encodeArray(values);
}

/** Throws a `SnapshotError` for a text that was cut off, or numbers that are not finite. */
export function decodeNumbers(text: string): Float64Array {
  return decodeArray(text, Float64Array);
}

export function encodeArray(values: NumberArray): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** Throws a `SnapshotError` for a text that was cut off, or numbers that are not finite. */
export function decodeArray<Values extends NumberArray>(text: string, kind: { readonly BYTES_PER_ELEMENT: number; new (buffer: ArrayBuffer): Values }): Values {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % kind.BYTES_PER_ELEMENT !== 0) throw new SnapshotError('the saved state is cut off');
  const values = new kind(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
  for (let index = 0; index < values.length; index++)
    if (!Number.isFinite(values[index])) throw new SnapshotError('the saved state holds numbers that are not finite');
  return values;
}
