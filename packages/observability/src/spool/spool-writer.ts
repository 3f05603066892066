/** Writes the lines that are to be sent to a service into files of a folder, where they are safe until the service has them. */
import { closeSync, mkdirSync, openSync, readdirSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { SpanSink } from '../span-sink.ts';

export interface SpoolLimits {
  /** Of one file; a file that has been sent is removed. */
  readonly segmentBytes: number;
  /** Of the folder: beyond it lines are dropped, and counted. */
  readonly maxBytes: number;
  readonly bufferBytes: number;
}

export const spoolLimits: SpoolLimits = { segmentBytes: 4 * 1024 * 1024, maxBytes: 1024 * 1024 * 1024, bufferBytes: 64 * 1024 };

export interface SpoolWriter extends SpanSink {
  /** Lines for which there was no room. */
  dropped(): number;
}

/**
 * Names of a folder's files say whose they are and in which order they were written. `writer` is unique among those that write at once; what stands in
 * files of a name that comes first is sent first.
 */
export function spoolWriter(folder: string, writer: string, { segmentBytes, maxBytes, bufferBytes }: SpoolLimits = spoolLimits): SpoolWriter {
  let segment = 0;
  let descriptor: number | undefined;
  let size = 0;
  let full = false;
  let waiting: string[] = [];
  let waitingLength = 0;
  let dropped = 0;
  const flush = (): void => {
    if (waiting.length === 0) return;
    const lines = waiting;
    waiting = [];
    waitingLength = 0;
    if (descriptor === undefined) {
      mkdirSync(folder, { recursive: true });
      // Others may have sent what was in the way.
      full = folderBytes(folder) >= maxBytes;
      if (!full) {
        segment++;
        descriptor = openSync(join(folder, `${writer}-${String(segment).padStart(6, '0')}.jsonl`), 'a');
        size = 0;
      }
    }
    if (descriptor === undefined) {
      dropped += lines.length;
      return;
    }
    size += writeSync(descriptor, lines.join(''));
    if (size < segmentBytes) return;
    closeSync(descriptor);
    descriptor = undefined;
  };
  return {
    write: (line) => {
      waiting.push(`${line}\n`);
      waitingLength += line.length + 1;
      if (waitingLength > bufferBytes) flush();
    },
    flush,
    close: () => {
      flush();
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
    dropped: () => dropped,
  };
}

function folderBytes(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}
