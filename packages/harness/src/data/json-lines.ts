/** Reads a file of one JSON value a line against a schema. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { ConfigError, configError } from '../scenario/config-error.ts';

export interface JsonLine<Value> {
  /** From 1. */
  readonly line: number;
  readonly value: Value;
}

/** Throws a `ConfigError` that names the line of the first fault. */
export function readJsonLines<Schema extends z.ZodType>(file: string, schema: Schema): readonly JsonLine<z.output<Schema>>[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw configError(file, 'there is no such file, or it cannot be read', { cause });
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const fault = (message: string, cause?: unknown) => new ConfigError([{ file, line: index + 1, message }], { cause });
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (cause) {
      throw fault(`not valid JSON: ${(cause as Error).message}`, cause);
    }
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw fault(`${issue?.message} (at ${issue?.path.join('.') || 'the value'})`);
    }
    return [{ line: index + 1, value: parsed.data }];
  });
}
