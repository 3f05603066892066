/** Codes typed arrays as text, bit for bit, and reads them back without trusting them. */
import { SnapshotError } from '../snapshot.ts';

export function encodeArray(values: Float64Array | Int32Array | Uint16Array | Uint8Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** Throws a `SnapshotError` for a text that is cut off, or that codes NaN. */
export function decodeFloats(text: string, what: string): Float64Array {
  const values = new Float64Array(bytesOf(text, { what, size: 8 }));
  if (values.some(Number.isNaN)) throw new SnapshotError(`the saved forest's ${what} hold NaN`);
  return values;
}

/** Throws a `SnapshotError` for a text that is cut off. */
export function decodeIntegers(text: string, what: string): Int32Array {
  return new Int32Array(bytesOf(text, { what, size: 4 }));
}

/** Throws a `SnapshotError` for a text that is cut off. */
export function decodeShorts(text: string, what: string): Uint16Array {
  return new Uint16Array(bytesOf(text, { what, size: 2 }));
}

/** Throws a `SnapshotError` for a text that is cut off. */
export function decodeBytes(text: string, what: string): Uint8Array {
  return new Uint8Array(bytesOf(text, { what, size: 1 }));
}

function bytesOf(text: string, { what, size }: { readonly what: string; readonly size: number }): ArrayBuffer {
  const bytes = Buffer.from(text, 'base64');
  // Signs that are not of the alphabet are passed over in decoding, so the lengths tell.
  if (text.length !== Math.ceil(bytes.length / 3) * 4 || bytes.length % size !== 0)
    throw new SnapshotError(`the saved forest's ${what} are cut off or damaged`);
  const own = new Uint8Array(bytes.length);
  own.set(bytes);
  return own.buffer;
}
