/** Checks an answer against what is expected of it: equal, containing it, matching it, the same number, the same JSON. */
import { firstJson, type Json } from './first-json.ts';
import type { CheckResult } from './javascript-check.ts';
import { lastNumber } from './last-number.ts';
import type { PartCheck } from './scorer-config.ts';
import { ScorerError } from './scorer-error.ts';

type Config<K extends PartCheck['kind']> = Extract<PartCheck, { kind: K }>;

/** 1 when the answer is the value, apart from white space around it. Throws a `ScorerError` without a value and an expected one. */
export function checkExact(text: string, config: Config<'exact'>, expected?: string | number): CheckResult {
  const value = String(config.value ?? expected ?? missing('exact', 'value')).trim();
  const answer = text.trim();
  const same = config.ignoreCase ? sameCase(answer) === sameCase(value) : answer === value;
  return same ? full : { score: 0, reasons: [`expected "${shown(value)}", got "${shown(answer)}"`] };
}

/** The share of the values that occur in the answer. Throws a `ScorerError` without values and an expected one. */
export function checkIncludes(text: string, config: Config<'includes'>, expected?: string | number): CheckResult {
  const values = config.values ?? [String(expected ?? missing('includes', 'values'))];
  const within = config.ignoreCase ? sameCase(text) : text;
  const absent = values.filter((value) => !within.includes(config.ignoreCase ? sameCase(value) : value));
  return {
    score: (values.length - absent.length) / values.length,
    reasons: absent.map((value) => `lacks "${shown(value)}"`),
  };
}

/** 1 when the pattern matches somewhere in the answer. Throws a `ScorerError` for a pattern that is none. */
export function checkRegex(text: string, config: Config<'regex'>): CheckResult {
  let pattern: RegExp;
  try {
    pattern = new RegExp(config.pattern, config.flags);
  } catch (cause) {
    throw new ScorerError(`the scorer \`regex\` has a pattern that is no regular expression: ${(cause as Error).message}`, { cause });
  }
  return pattern.test(text) ? full : { score: 0, reasons: [`does not match ${pattern}`] };
}

/** 1 when the last number of the answer is within the tolerance. Throws a `ScorerError` without a value and an expected number. */
export function checkNumeric(text: string, config: Config<'numeric'>, expected?: string | number): CheckResult {
  const value = config.value ?? expectedNumber(expected);
  const found = lastNumber(text);
  if (found === undefined) return { score: 0, reasons: [`expected ${value}, found no number`] };
  // A tolerance in decimals is not exact in binary: 1.1 is within 0.1 of 1.
  const rounding = config.tolerance === 0 ? 0 : 2 * Number.EPSILON * Math.max(Math.abs(found), Math.abs(value));
  if (Math.abs(found - value) <= config.tolerance + rounding) return full;
  const allowed = config.tolerance === 0 ? '' : ` (within ${config.tolerance})`;
  return { score: 0, reasons: [`expected ${value}${allowed}, found ${found}`] };
}

/** The share of the fields whose value in the answer's JSON is the same, whatever the order of keys. */
export function checkJson(text: string, config: Config<'json'>): CheckResult {
  const fields = Object.entries(config.fields).map(([path, value]) => ({ path, keys: path.split('.'), value }));
  const found = firstJson(text, (value) => fields.some(({ keys }) => valueAt(value, keys) !== undefined));
  if (found === undefined) return { score: 0, reasons: ['found no JSON'] };
  const wrong = fields
    .map((field) => ({ ...field, actual: valueAt(found, field.keys) }))
    .filter(({ actual, value }) => actual === undefined || !sameJson(actual, value));
  return {
    score: fields.length === 0 ? 1 : (fields.length - wrong.length) / fields.length,
    reasons: wrong.map(
      ({ path, actual, value }) =>
        `field ${path}: expected ${shown(JSON.stringify(value))}, ${actual === undefined ? 'missing' : `got ${shown(JSON.stringify(actual))}`}`,
    ),
  };
}

const full: CheckResult = { score: 1, reasons: [] };

function missing(kind: string, field: string): never {
  throw new ScorerError(`the scorer \`${kind}\` has nothing to compare with: give it \`${field}\`, or give the task \`expected\``);
}

function expectedNumber(expected: string | number | undefined): number {
  if (typeof expected === 'number') return expected;
  if (expected === undefined) return missing('numeric', 'value');
  const number = lastNumber(expected);
  if (number === undefined) throw new ScorerError(`the scorer \`numeric\` needs a number, and the task expects "${shown(expected)}"`);
  return number;
}

/** Upper case first: the lower case of a sigma depends on the letters around it. */
function sameCase(text: string): string {
  return text.toUpperCase().toLowerCase();
}

function shown(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 77)}...`;
}

function valueAt(value: Json, keys: readonly string[]): Json | undefined {
  let at: Json | undefined = value;
  for (const key of keys) {
    if (at === null || typeof at !== 'object' || !Object.hasOwn(at, key)) return undefined;
    at = (at as Readonly<Record<string, Json>>)[key];
  }
  return at;
}

function sameJson(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object' || Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a as Readonly<Record<string, Json>>, b as Readonly<Record<string, Json>>];
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && sameJson(left[key] as Json, right[key] as Json));
}
