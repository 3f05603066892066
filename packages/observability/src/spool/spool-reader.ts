/** Reads what a spool holds, writers in the order of their names, each in the order in which it wrote, and remembers across crashes what has been sent. */
import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** Lines that stand together in one file. */
export interface SpoolBatch {
  readonly file: string;
  readonly lines: readonly string[];
  /** Where the next line stands once so many of these have been sent. */
  readonly ends: readonly number[];
}

export interface SpoolReader {
  /** undefined when all that has been written so far has been sent. */
  next(): SpoolBatch | undefined;
  /** The first `count` lines of the batch have been sent. */
  sent(batch: SpoolBatch, count: number): void;
  /** Lines that the service does not take are kept aside: they are tried again when the spool is next sent by hand. */
  refuse(lines: readonly string[]): void;
  /** What the service calls the objects that were sent, by the names they have here. */
  readonly refs: Map<string, string>;
  /** Removes what has been sent, and the folder when nothing is left. No one writes to it any more. `leftLines` is told from the first lines of each file. */
  finish(): { readonly leftBytes: number; readonly leftLines: number; readonly refusedLines: number };
}

export interface BatchLimits {
  readonly lines: number;
  readonly bytes: number;
}

const progressSchema = z.strictObject({ offsets: z.record(z.string(), z.int().min(0)), refs: z.record(z.string(), z.string()) });
const progressFile = 'sent.json';
const refusedFile = 'lines.refused';

/** `retry` takes up again what was refused before. */
export function spoolReader(folder: string, limits: BatchLimits, { retry = false }: { readonly retry?: boolean } = {}): SpoolReader {
  const progress = readProgress(folder);
  const offsets = new Map(Object.entries(progress.offsets));
  const refs = new Map(Object.entries(progress.refs));
  if (retry && existsSync(join(folder, refusedFile))) renameSync(join(folder, refusedFile), join(folder, freeName(folder)));

  const save = (): void => {
    const file = join(folder, progressFile);
    writeFileSync(`${file}.new`, JSON.stringify({ offsets: Object.fromEntries(offsets), refs: Object.fromEntries(refs) }));
    renameSync(`${file}.new`, file);
  };
  const segments = (): readonly string[] =>
    existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith('.jsonl'))
          .sort()
      : [];
  const isSent = (file: string): boolean => (offsets.get(file) ?? 0) >= statSync(join(folder, file)).size;
  const forget = (file: string): void => {
    rmSync(join(folder, file), { force: true });
    offsets.delete(file);
  };

  return {
    refs,
    next: () => {
      const files = segments();
      for (const file of files) {
        const batch = readBatch(folder, file, { from: offsets.get(file) ?? 0, ...limits });
        if (batch !== undefined) return batch;
        // A later one of the same writer is there: nothing is added to this one.
        if (files.some((other) => other > file && writerOf(other) === writerOf(file)) && isSent(file)) forget(file);
      }
      return undefined;
    },
    sent: (batch, count) => {
      if (count === 0) return;
      offsets.set(batch.file, batch.ends[count - 1] as number);
      save();
    },
    refuse: (lines) => {
      if (lines.length > 0) writeFileSync(join(folder, refusedFile), lines.map((line) => `${line}\n`).join(''), { flag: 'a' });
    },
    finish: () => {
      for (const file of segments()) if (isSent(file)) forget(file);
      const left = segments().map((file) => leftOf(folder, file, offsets.get(file) ?? 0));
      const leftBytes = left.reduce((sum, { bytes }) => sum + bytes, 0);
      const leftLines = Math.round(left.reduce((sum, { lines }) => sum + lines, 0));
      const refusedLines = existsSync(join(folder, refusedFile)) ? readFileSync(join(folder, refusedFile), 'utf8').split('\n').length - 1 : 0;
      if (leftBytes === 0 && refusedLines === 0) rmSync(folder, { recursive: true, force: true });
      else save();
      return { leftBytes, leftLines, refusedLines };
    },
  };
}

/** Exact where the sample is all there is. */
function leftOf(folder: string, file: string, from: number): { readonly bytes: number; readonly lines: number } {
  const bytes = statSync(join(folder, file)).size - from;
  const sample = readBatch(folder, file, { from, lines: 1_000, bytes: 256 * 1024 });
  if (sample === undefined) return { bytes, lines: 0 };
  const sampled = (sample.ends.at(-1) as number) - from;
  return { bytes, lines: sample.lines.length * (bytes / sampled) };
}

function writerOf(file: string): string {
  return file.slice(0, file.lastIndexOf('-'));
}

function freeName(folder: string): string {
  let attempt = 1;
  while (existsSync(join(folder, `again${attempt}-000001.jsonl`))) attempt++;
  return `again${attempt}-000001.jsonl`;
}

/** A file of progress that is damaged sends all again: services know calls by their ids. */
function readProgress(folder: string): z.infer<typeof progressSchema> {
  try {
    return progressSchema.parse(JSON.parse(readFileSync(join(folder, progressFile), 'utf8')));
  } catch {
    return { offsets: {}, refs: {} };
  }
}

/** Whole lines only. A last line without its end is being written, or was cut off by a crash. */
function readBatch(folder: string, file: string, { from, lines: most, bytes }: BatchLimits & { readonly from: number }): SpoolBatch | undefined {
  const path = join(folder, file);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= from) return undefined;
  const text = readWholeLines(path, from, { size, bytes });
  const lines: string[] = [];
  const ends: number[] = [];
  let at = 0;
  while (at < text.length && lines.length < most) {
    const end = text.indexOf(0x0a, at);
    lines.push(text.toString('utf8', at, end));
    at = end + 1;
    ends.push(from + at);
  }
  return lines.length === 0 ? undefined : { file, lines, ends };
}

/** A line that is longer than `bytes` is read all the same. */
function readWholeLines(path: string, from: number, { size, bytes }: { readonly size: number; readonly bytes: number }): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    for (let length = Math.min(bytes, size - from); ; length = Math.min(2 * length, size - from)) {
      const buffer = Buffer.alloc(length);
      const read = readSync(descriptor, buffer, 0, length, from);
      const end = buffer.lastIndexOf(0x0a, read - 1);
      if (end >= 0 || length >= size - from) return buffer.subarray(0, end + 1);
    }
  } finally {
    closeSync(descriptor);
  }
}
