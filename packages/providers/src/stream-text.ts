/** Gives a text that is known beforehand piece by piece, over the time that its model takes for it. */
import type { CallOptions, Clock } from '@ratchet/core';
import { cancellableSleep } from './cancellable-sleep.ts';

/** Pieces of an answer: as many as one can tell apart. */
const mostPieces = 16;

export interface TextTiming {
  readonly modelId: string;
  readonly clock: Clock;
  /** Until the whole is there. */
  readonly latencyMs: number;
  /** Until the first piece is; at most `latencyMs`. */
  readonly firstMs: number;
  /** Cut short after this, as by a time limit; what comes until then is given. */
  readonly limitMs?: number;
}

/** Resolves when the time is over. Throws a `ModelError` of kind `cancelled` as soon as the signal is aborted. */
export async function streamText(
  text: string,
  { modelId, clock, latencyMs, firstMs, limitMs = latencyMs }: TextTiming,
  { signal, onDelta }: CallOptions,
): Promise<void> {
  const pass = (ms: number): Promise<void> => cancellableSleep(clock, ms, { modelId, signal });
  if (onDelta === undefined || text === '') return pass(Math.min(latencyMs, limitMs));
  const begun = clock.now();
  const pieces = piecesOf(text);
  for (const [at, piece] of pieces.entries()) {
    // Rounding must not put the last piece after the end.
    const dueMs = pieces.length === 1 ? latencyMs : Math.min(latencyMs, firstMs + ((latencyMs - firstMs) * at) / (pieces.length - 1));
    if (dueMs > limitMs) break;
    await pass(begun + dueMs - clock.now());
    onDelta({ kind: 'text', text: piece });
  }
  await pass(begun + Math.min(latencyMs, limitMs) - clock.now());
}

/** Cut between characters that belong together as one code point, never inside one. */
function piecesOf(text: string): readonly string[] {
  const points = [...text];
  const size = Math.max(1, Math.ceil(points.length / mostPieces));
  return Array.from({ length: Math.ceil(points.length / size) }, (_, at) => points.slice(at * size, (at + 1) * size).join(''));
}
