/** An outcome log in a file: one JSON line each, appended; a line that a crash cut off is dropped when the log is opened. */
import { appendFileSync, closeSync, existsSync, openSync, readFileSync, truncateSync } from 'node:fs';
import type { OutcomeLog } from '@ratchet/core';
import type { z } from 'zod';
import { ConfigError } from '../scenario/config-error.ts';

export interface JsonlLog<Outcome extends { readonly id: string }> extends OutcomeLog<Outcome> {
  /** As `append`, in their order: many together cost less. */
  appendAll(outcomes: readonly Outcome[]): void;
  all(): IterableIterator<Outcome>;
  readonly size: number;
  close(): void;
}

const writtenTogether = 1_000;

/** Throws a `ConfigError` that names the line for anything but whole lines of the schema's records. */
export function openJsonlLog<Outcome extends { readonly id: string }>(file: string, schema: z.ZodType<Outcome>): JsonlLog<Outcome> {
  const records = new Map<string, Outcome>();
  if (existsSync(file)) {
    const text = readFileSync(file, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    whole.split('\n').forEach((line, index) => {
      if (line === '') return;
      const record = readLine(line, schema);
      if (typeof record === 'string') {
        throw new ConfigError([{ file, line: index + 1, message: `not a record of this version: ${record}. Start anew with --fresh, or restore the file` }]);
      }
      records.set(record.id, record);
    });
    // Not before the rest is known to be ours.
    if (whole.length < text.length) truncateSync(file, Buffer.byteLength(whole));
  }
  const descriptor = openSync(file, 'a');
  let open = true;
  const appendAll = (added: readonly Outcome[]): void => {
    for (let from = 0; from < added.length; from += writtenTogether) {
      const batch = added.slice(from, from + writtenTogether);
      const ids = new Set<string>();
      for (const { id } of batch) {
        if (records.has(id) || ids.has(id)) throw new RangeError(`a second outcome with the id ${id}`);
        ids.add(id);
      }
      appendFileSync(descriptor, batch.map((record) => `${JSON.stringify(record)}\n`).join(''));
      for (const record of batch) records.set(record.id, record);
    }
  };
  return {
    get: (id) => records.get(id),
    append: (record) => appendAll([record]),
    appendAll,
    all: () => records.values(),
    get size() {
      return records.size;
    },
    close: () => {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}

function readLine<Outcome>(line: string, schema: z.ZodType<Outcome>): Outcome | string {
  try {
    const parsed = schema.safeParse(JSON.parse(line));
    return parsed.success ? parsed.data : `${parsed.error.issues[0]?.message} (at ${parsed.error.issues[0]?.path.join('.')})`;
  } catch (error) {
    return (error as Error).message;
  }
}
