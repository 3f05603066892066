/** Codes arrays of numbers as text, bit for bit. */
import { SnapshotError } from '../snapshot.ts';

export function encodeNumbers(values: Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
}

/** Throws a `SnapshotError` for a text that was cut off, or numbers that are not finite. */
export function decodeNumbers(text: string): Float64Array {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length % 8 !== 0) throw new SnapshotError('the saved state is cut off');
  const values = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  if (!values.every(Number.isFinite)) throw new SnapshotError('the saved state holds numbers that are not finite');
  return values;
}
