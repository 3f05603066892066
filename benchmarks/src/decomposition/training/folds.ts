/** Deals requests into folds by a hash of their text, so that equal requests stay together and nothing depends on order. */
import { createHash } from 'node:crypto';
import type { DecompositionRow } from '../decomposition-rows.ts';

/** In [0, folds). `purpose` names independent deals. */
export function foldOf({ request }: DecompositionRow, folds: number, purpose: string): number {
  return createHash('sha256').update(`${purpose}:${request}`).digest().readUInt32BE(0) % folds;
}
