/** Finds trials in the log of a run without keeping them: where each stands, and what it can be chosen and ordered by. */
import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { type TrialRecord, trialRecordSchema } from '../experiment/trial.ts';
import { configError } from '../scenario/config-error.ts';

export type TrialOrder = 'quality' | 'costUsd' | 'latencyMs';

export interface TrialWishes {
  readonly policy?: string | undefined;
  readonly task?: string | undefined;
  readonly phase?: string | undefined;
  readonly status?: string | undefined;
  /** By default the order of the log. What is not known comes last. */
  readonly order?: { readonly by: TrialOrder; readonly descending: boolean } | undefined;
  readonly offset: number;
  readonly limit: number;
}

export interface TrialIndex {
  /** Trials that were found. */
  readonly size: number;
  /** Reads on where the log has grown, and anew where it was replaced. Rejects with a `ConfigError` for a line that is no trial of this version. */
  refresh(): Promise<void>;
  page(wishes: TrialWishes): Promise<{ readonly total: number; readonly trials: readonly TrialRecord[] }>;
  trial(id: string): Promise<TrialRecord | undefined>;
}

/** A hundred bytes for a trial, where its line has several hundred: texts that come again are the same text. */
interface Entry {
  readonly id: string;
  readonly policy: string;
  readonly task: string;
  readonly phase: string;
  readonly status: string;
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  /** Bytes of the file. */
  readonly start: number;
  readonly length: number;
}

/** Which file it was: one that takes its place has another birth, or is another. */
interface Stamp {
  readonly ino: number;
  readonly birthtimeMs: number;
}

const newline = 0x0a;

/** `file`: trials.jsonl, which may be written to meanwhile; a line without an end is not read yet. */
export function trialIndex(file: string): TrialIndex {
  let entries: Entry[] = [];
  let byId = new Map<string, Entry>();
  let readBytes = 0;
  let stamp: Stamp = { ino: 0, birthtimeMs: 0 };
  let texts = new Map<string, string>();
  let reading: Promise<void> | undefined;

  const one = (text: string): string => {
    const known = texts.get(text);
    if (known !== undefined) return known;
    texts.set(text, text);
    return text;
  };
  const add = (line: string, start: number, length: number): void => {
    const record = parseTrial(line, `${file}, trial ${entries.length + 1}`);
    const { id, policy, task, phase, status, quality, costUsd, latencyMs } = record;
    const entry = { id, policy: one(policy), task: one(task), phase: one(phase), status: one(status), quality, costUsd, latencyMs, start, length };
    entries.push(entry);
    byId.set(id, entry);
  };
  const refresh = async (): Promise<void> => {
    const { size, ino, birthtimeMs } = await stat(file);
    if (ino !== stamp.ino || birthtimeMs !== stamp.birthtimeMs || size < readBytes) {
      [entries, byId, texts, readBytes] = [[], new Map(), new Map(), 0];
      stamp = { ino, birthtimeMs };
    }
    if (size === readBytes) return;
    let left = Buffer.alloc(0);
    for await (const piece of createReadStream(file, { start: readBytes, end: size - 1 })) {
      left = left.length === 0 ? (piece as Buffer<ArrayBuffer>) : Buffer.concat([left, piece as Buffer]);
      let from = 0;
      for (let end = left.indexOf(newline); end >= 0; end = left.indexOf(newline, from)) {
        if (end > from) add(left.toString('utf8', from, end), readBytes, end - from);
        readBytes += end + 1 - from;
        from = end + 1;
      }
      left = left.subarray(from);
    }
  };
  return {
    get size() {
      return entries.length;
    },
    refresh: () => {
      // Calls at once share one reading.
      reading ??= refresh().finally(() => {
        reading = undefined;
      });
      return reading;
    },
    page: async ({ policy, task, phase, status, order, offset, limit }) => {
      const found = entries.filter(
        (entry) =>
          (policy === undefined || entry.policy === policy) &&
          (task === undefined || entry.task === task) &&
          (phase === undefined || entry.phase === phase) &&
          (status === undefined || entry.status === status),
      );
      const ordered = order === undefined ? found : inOrder(found, order);
      return { total: found.length, trials: await readTrials(file, ordered.slice(offset, offset + limit)) };
    },
    trial: async (id) => {
      const entry = byId.get(id);
      return entry === undefined ? undefined : (await readTrials(file, [entry]))[0];
    },
  };
}

/** Stable, as sorting is. */
function inOrder(entries: readonly Entry[], { by, descending }: NonNullable<TrialWishes['order']>): readonly Entry[] {
  const sign = descending ? -1 : 1;
  return entries.toSorted((a, b) => {
    const [x, y] = [a[by], b[by]];
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    return sign * (x - y);
  });
}

async function readTrials(file: string, entries: readonly Entry[]): Promise<readonly TrialRecord[]> {
  if (entries.length === 0) return [];
  const handle = await open(file, 'r');
  try {
    return await Promise.all(entries.map(async (entry) => parseTrial(await readAt(handle, entry), `${file}, trial ${entry.id}`)));
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, { start, length }: Entry): Promise<string> {
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, start);
  return buffer.toString('utf8');
}

function parseTrial(line: string, where: string): TrialRecord {
  try {
    return trialRecordSchema.parse(JSON.parse(line));
  } catch (cause) {
    throw configError(where, 'not a trial of this version: the log is damaged, or was replaced just now', { cause });
  }
}
