/** What the tries of a live run cost, one JSON line each: nothing that was paid is lost when a run stops, and none is paid twice when it goes on. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { ConfigError } from '@ratchet/harness';
import type { SpentTry } from '@ratchet/providers';
import { z } from 'zod';

const lineSchema = z.strictObject({
  model: z.string().min(1),
  end: z.string().min(1),
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  costUsd: z.number().min(0).nullable(),
});

/** US dollars, of tries whose cost is known. A last line that a crash cut off is left out. Throws a `ConfigError` for any other line that is none. */
export function spentBefore(file: string): number {
  if (!existsSync(file)) return 0;
  const text = readFileSync(file, 'utf8');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.reduce((sum, line, index) => (line === '' ? sum : sum + costOf(line, { file, line: index + 1 })), 0);
}

function costOf(line: string, place: { readonly file: string; readonly line: number }): number {
  try {
    return lineSchema.parse(JSON.parse(line)).costUsd ?? 0;
  } catch (cause) {
    throw new ConfigError([{ ...place, message: 'not a record of what a call cost. Restore the file, or start anew with --fresh' }], { cause });
  }
}

export function logSpending(file: string, spent: SpentTry): void {
  appendFileSync(file, `${JSON.stringify(spent)}\n`);
}

/** What another machine noted. Throws for anything but a record. */
export function appendSpending(file: string, json: string): void {
  logSpending(file, lineSchema.parse(JSON.parse(json)));
}
