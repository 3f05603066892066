/** Appends lines to a file that does not grow beyond a size: when it is full it makes way for a new one, and the one before it goes. */
import { closeSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SpanSink } from './span-sink.ts';

export interface LineFileLimits {
  /** Of this file and the one before it together. */
  readonly maxBytes: number;
  /** What is kept in memory before it is written; 0 to write every line at once. */
  readonly bufferBytes: number;
}

/** The lines that were written before those of `file`, where it has been full. */
export function earlierFile(file: string): string {
  return `${file.replace(/\.jsonl$/, '')}.earlier.jsonl`;
}

/** Makes the folder. Throws what the file system throws, and is then of no further use. */
export function lineFile(file: string, { maxBytes, bufferBytes }: LineFileLimits): SpanSink {
  let descriptor: number | undefined;
  let size = 0;
  let waiting = '';
  const flush = (): void => {
    if (waiting === '') return;
    const text = waiting;
    waiting = '';
    if (descriptor === undefined) {
      mkdirSync(dirname(file), { recursive: true });
      descriptor = openSync(file, 'a');
      size = statSync(file).size;
    }
    size += writeSync(descriptor, text);
    if (size < maxBytes / 2) return;
    closeSync(descriptor);
    descriptor = undefined;
    rmSync(earlierFile(file), { force: true });
    renameSync(file, earlierFile(file));
  };
  return {
    write: (line) => {
      waiting += `${line}\n`;
      if (waiting.length > bufferBytes) flush();
    },
    flush,
    close: () => {
      flush();
      if (descriptor !== undefined) closeSync(descriptor);
      descriptor = undefined;
    },
  };
}
