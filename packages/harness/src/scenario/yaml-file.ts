/** Reads a YAML file against a schema; every problem is reported with line, column and, for names, what was probably meant. */
import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, LineCounter, parseDocument, visit } from 'yaml';
import { z } from 'zod';
import { ConfigError, type ConfigProblem, configError } from './config-error.ts';
import { didYouMean } from './nearest-name.ts';

/** Throws a `ConfigError` for a file that is missing, is not YAML, or does not fit the schema. */
export function readYamlFile<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw configError(file, missing ? 'there is no such file' : `the file cannot be read: ${(cause as Error).message}`, { cause });
  }
  return parseYaml(text, file, schema);
}

export function parseYaml<Schema extends z.ZodType>(text: string, file: string, schema: Schema): z.output<Schema> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, prettyErrors: false, logLevel: 'error' });
  if (document.errors.length > 0) {
    throw new ConfigError(document.errors.map((error) => ({ file, ...position(lines, error.pos[0]), message: `not valid YAML: ${error.message}` })));
  }
  let value: unknown;
  try {
    value = document.toJS() ?? {};
  } catch (cause) {
    const message = `not valid YAML: ${(cause as Error).message}. A text that begins with * stands in quotation marks`;
    throw new ConfigError([{ file, ...aliasPosition(document, lines), message }], { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.flatMap((issue) => problemsOf(issue, { file, document, lines, schema, value })));
}

/** A problem with a value of a YAML file that could be read: it has the line and column of that value. */
export function problemAt(file: string, path: Path, message: string): ConfigProblem {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  return { file, ...valuePosition({ document, lines }, path), message };
}

/** Keys and indices, from the root of a document to a value. */
type Path = readonly (string | number)[];

interface Source {
  readonly file: string;
  readonly document: Document;
  readonly lines: LineCounter;
  readonly schema: z.ZodType;
  /** What the document says, as plain data. */
  readonly value: unknown;
}

function problemsOf(issue: z.core.$ZodIssue, source: Source): readonly ConfigProblem[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(source.schema, path, source.document);
    return issue.keys.map((key) => ({
      file: source.file,
      ...keyPosition(source, path, key),
      message: `unknown key "${key}"${where(path)}.${didYouMean(key, known)}${known.length === 0 ? '' : ` Known keys: ${known.join(', ')}`}`,
    }));
  }
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    // The alternative that fits best says most: the one whose first problem lies deepest.
    const deepest = issue.errors.reduce((best, errors) => ((errors[0]?.path.length ?? 0) > (best[0]?.path.length ?? 0) ? errors : best));
    const inner = deepest[0];
    if (inner !== undefined) return problemsOf({ ...inner, path: [...path, ...inner.path] } as z.core.$ZodIssue, source);
  }
  return [{ file: source.file, ...valuePosition(source, path), message: messageOf(issue, path, source) }];
}

/** A key that is not there is called so. */
function messageOf(issue: z.core.$ZodIssue, path: Path, { value }: Source): string {
  const name = path.at(-1);
  const found = path.reduce<unknown>((at, step) => (at as Record<string | number, unknown> | null | undefined)?.[step], value);
  if (typeof name !== 'string' || found !== undefined) return `${issue.message}${where(path)}`;
  return `the key "${name}" is missing${where(path.slice(0, -1))}${issue.code === 'invalid_type' ? '' : `. ${issue.message}`}`;
}

function where(path: Path): string {
  return path.length === 0 ? '' : ` (at ${path.join('.')})`;
}

function position(lines: LineCounter, offset: number): { line: number; column: number } {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

/** Where an alias stands that has no anchor; without one, the beginning. */
function aliasPosition(document: Document, lines: LineCounter): { line: number; column: number } {
  let offset = 0;
  visit(document, {
    Alias: (_key, node) => {
      if (node.resolve(document) !== undefined) return undefined;
      offset = node.range?.[0] ?? 0;
      return visit.BREAK;
    },
  });
  return position(lines, offset);
}

function valuePosition({ document, lines }: Pick<Source, 'document' | 'lines'>, path: Path): { line: number; column: number } {
  for (let length = path.length; length >= 0; length--) {
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return position(lines, node.range[0]);
  }
  return { line: 1, column: 1 };
}

function keyPosition(source: Source, path: Path, key: string): { line: number; column: number } {
  const parent = path.length === 0 ? source.document.contents : source.document.getIn(path, true);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => String(item.key) === key);
    if (pair !== undefined && isNode(pair.key) && pair.key.range) return position(source.lines, pair.key.range[0]);
  }
  return valuePosition(source, path);
}

type JsonSchema = Readonly<Record<string, unknown>>;

/** The keys that the schema allows at a path, from its JSON Schema; of alternatives, those whose constants fit. */
function knownKeys(schema: z.ZodType, path: Path, document: Document): readonly string[] {
  let root: JsonSchema;
  try {
    root = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  } catch {
    return [];
  }
  const resolve = (node: JsonSchema): JsonSchema => {
    const reference = node['$ref'];
    return typeof reference === 'string'
      ? resolve(
          reference
            .replace(/^#\//, '')
            .split('/')
            .filter(Boolean)
            .reduce((at, key) => at[key] as JsonSchema, root),
        )
      : node;
  };
  const alternatives = (node: JsonSchema, at: Path): readonly JsonSchema[] => {
    const resolved = resolve(node);
    const options = (resolved['anyOf'] ?? resolved['oneOf'] ?? resolved['allOf']) as readonly JsonSchema[] | undefined;
    if (options === undefined) return [resolved];
    const flat = options.flatMap((option) => alternatives(option, at));
    const fitting = flat.filter((option) => constantsFit(option, document.getIn(at)));
    return fitting.length > 0 ? fitting : flat;
  };
  let nodes = alternatives(root, []);
  path.forEach((step, index) => {
    const at = path.slice(0, index + 1);
    nodes = nodes.flatMap((node) => {
      const child =
        typeof step === 'number' ? node['items'] : ((node['properties'] as Record<string, JsonSchema> | undefined)?.[step] ?? node['additionalProperties']);
      return typeof child === 'object' && child !== null ? alternatives(child as JsonSchema, at) : [];
    });
  });
  return [...new Set(nodes.flatMap((node) => Object.keys((node['properties'] as object | undefined) ?? {})))];
}

function constantsFit(node: JsonSchema, value: unknown): boolean {
  if (!isMap(value)) return true;
  return Object.entries((node['properties'] as Record<string, JsonSchema> | undefined) ?? {}).every(
    ([key, property]) => property['const'] === undefined || value.get(key) === property['const'],
  );
}
