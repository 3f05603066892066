/** Reads a full table of outcomes (queries.jsonl, outcomes.csv, models.csv): every model's recorded outcome on every query. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OfferedTools } from '@ratchet/core';
import { CsvError, parse } from 'csv-parse/sync';
import { z } from 'zod';
import { ConfigError, configError } from '../scenario/config-error.ts';
import { readJsonLines } from './json-lines.ts';
import { toolCellsSchema, toolsFault, toolsOf } from './tool-columns.ts';

export interface RecordedOutcome {
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

export interface RecordedQuery {
  readonly id: string;
  readonly text: string;
  readonly category: string;
  /** Where the table says which tools the query offered. */
  readonly tools?: OfferedTools;
}

export interface OutcomeTable {
  readonly queries: readonly RecordedQuery[];
  readonly models: readonly string[];
  outcome(queryId: string, model: string): RecordedOutcome | undefined;
}

const querySchema = z
  .looseObject({
    query_id: z.string().min(1),
    category: z.string().min(1).default('all'),
    /** null where the table's owner may not publish it; such a query has no features. */
    prompt: z.string().nullable(),
    ...toolCellsSchema.shape,
  })
  .check(({ value, issues }) => {
    const fault = toolsFault(value);
    if (fault !== undefined) issues.push({ code: 'custom', input: value, path: [fault.column], message: fault.message });
  });

const columns = ['query_id', 'model', 'quality', 'cost_usd', 'input_tokens', 'output_tokens', 'latency_s'] as const;
type Row = Readonly<Record<(typeof columns)[number], string>>;

/** Throws a `ConfigError` that names the file and row of the first faults. */
export function readOutcomeTable(directory: string): OutcomeTable {
  const problems: { file: string; line: number; message: string }[] = [];
  const queriesFile = join(directory, 'queries.jsonl');
  const queries = new Map<string, RecordedQuery>();
  for (const { line, value: query } of readJsonLines(queriesFile, querySchema)) {
    if (queries.has(query.query_id)) problems.push({ file: queriesFile, line, message: `a second query "${query.query_id}"` });
    const tools = toolsOf(query);
    queries.set(query.query_id, { id: query.query_id, text: query.prompt ?? '', category: query.category, ...(tools === undefined ? {} : { tools }) });
  }
  const modelsFile = join(directory, 'models.csv');
  const models = new Set<string>();
  for (const { line, record } of readCsv(modelsFile, ['model'])) {
    const model = withoutFootnote((record as { model: string }).model);
    if (model === '' || models.has(model))
      problems.push({ file: modelsFile, line, message: model === '' ? 'a model without a name' : `a second model "${model}"` });
    models.add(model);
  }
  const file = join(directory, 'outcomes.csv');
  const outcomes = new Map<string, RecordedOutcome>();
  for (const { line, record } of readCsv(file, columns)) {
    const row = record as Row;
    const key = `${row.query_id}\n${row.model}`;
    const fault = !queries.has(row.query_id)
      ? `the query "${row.query_id}" is not in queries.jsonl`
      : !models.has(row.model)
        ? `the model "${row.model}" is not in models.csv`
        : outcomes.has(key)
          ? `a second outcome of ${row.model} on ${row.query_id}`
          : undefined;
    const parsed = fault === undefined ? readRow(row) : fault;
    if (typeof parsed === 'string') problems.push({ file, line, message: parsed });
    else outcomes.set(key, parsed);
    if (problems.length >= 10) break;
  }
  if (problems.length > 0) throw new ConfigError(problems);
  if (queries.size === 0 || models.size === 0) throw configError(directory, 'the table has no queries or no models');
  return { queries: [...queries.values()], models: [...models], outcome: (queryId, model) => outcomes.get(`${queryId}\n${model}`) };
}

function readRow(row: Row): RecordedOutcome | string {
  const amounts: Record<string, number | null> = {};
  for (const column of columns.slice(2)) {
    const text = row[column].trim();
    const value = text === '' ? null : Number(text);
    if (value !== null && !Number.isFinite(value)) return `${column} is "${text}", which is not a number; leave the cell empty where nothing is known`;
    if (value !== null && value < 0) return `${column} is ${text}; it cannot be negative`;
    amounts[column] = value;
  }
  const { quality, cost_usd, input_tokens, output_tokens, latency_s } = amounts as Record<(typeof columns)[number], number | null>;
  if (quality !== null && quality > 1) return `quality is ${quality}; it must be in [0, 1]`;
  return {
    quality,
    costUsd: cost_usd,
    latencyMs: latency_s === null ? null : latency_s * 1000,
    inputTokens: Math.round(input_tokens ?? 0),
    outputTokens: Math.round(output_tokens ?? 0),
  };
}

function readCsv(file: string, needed: readonly string[]): readonly { line: number; record: unknown }[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw configError(file, 'there is no such file, or it cannot be read', { cause });
  }
  try {
    let present: readonly string[] = [];
    const header = (names: string[]) => {
      present = names;
      return names;
    };
    const rows = parse(text, { columns: header, bom: true, skip_empty_lines: true, info: true }) as unknown as {
      info: { lines: number };
      record: Record<string, string>;
    }[];
    const missing = needed.filter((column) => !present.includes(column));
    if (missing.length > 0)
      throw configError(file, `the column${missing.length === 1 ? '' : 's'} ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing`);
    return rows.map(({ info, record }) => ({ line: info.lines, record }));
  } catch (error) {
    if (error instanceof CsvError) {
      const line = Number((error as unknown as { lines?: number }).lines ?? 1);
      throw new ConfigError([{ file, line, message: `a broken row: ${error.message}` }], { cause: error });
    }
    throw error;
  }
}

/** Tables mark a model with an asterisk where there is more to say of it. */
function withoutFootnote(model: string): string {
  return model.replace(/\*+$/, '');
}
