/** Makes JSON text of whatever a step says of itself: nothing in it can fail, run away in size, or hold a value under a secret's name. */
import type { Attributes } from '@ratchet/core';

export interface AttributeLimits {
  /** Characters of a text. */
  readonly textLength: number;
  /** Entries of a list, a map or an object. */
  readonly entries: number;
  readonly depth: number;
}

export const attributeLimits: AttributeLimits = { textLength: 4_000, entries: 200, depth: 8 };
/** Of prompts and answers. */
export const contentLimits: AttributeLimits = { textLength: 100_000, entries: 200, depth: 8 };

const redacted = '"[redacted]"';
const secretName = /api[-_]?key|authorization|password|passwd|secret|credential|cookie|access[-_]?token|refresh[-_]?token|private[-_]?key/i;
/** What stands before the value, and whether the value may be shown. */
interface KnownName {
  readonly text: string;
  readonly secret: boolean;
}

export interface AttributeWriter {
  /** Never throws: what cannot be read is left out, or replaced by a word in brackets. */
  readonly object: (attributes: Attributes, limits?: AttributeLimits) => string;
  /** Of one text. Throws what taking out secrets throws. */
  readonly text: (text: string) => string;
}

/** Longer texts are seldom written twice. */
const longestKnownText = 120;
const keptTexts = 2_000;

/** `redact` takes secrets out of the JSON of a text: they stand in texts, also in those that name a value, and nowhere else. */
export function attributeWriter(redact: (json: string) => string): AttributeWriter {
  const knownTexts = new Map<string, string>();
  const knownNames = new Map<string, KnownName>();
  const text = (own: string): string => {
    if (own.length > longestKnownText) return redact(JSON.stringify(own));
    let json = knownTexts.get(own);
    if (json === undefined) {
      json = redact(JSON.stringify(own));
      if (knownTexts.size >= keptTexts) knownTexts.clear();
      knownTexts.set(own, json);
    }
    return json;
  };
  const name = (own: string): KnownName => {
    let known = knownNames.get(own);
    if (known === undefined) {
      known = { text: `${redact(JSON.stringify(own))}:`, secret: secretName.test(own) };
      // Names come from code, not from data; where they do come from data, memory must not grow with them.
      if (knownNames.size < 1_000) knownNames.set(own, known);
    }
    return known;
  };
  return {
    object: (attributes, limits = attributeLimits) => {
      try {
        return objectJson(attributes, { limits, above: [], text, name });
      } catch {
        return '{"unreadable":true}';
      }
    },
    text,
  };
}

interface Frame {
  readonly limits: AttributeLimits;
  readonly text: (text: string) => string;
  readonly name: (name: string) => KnownName;
  /** What the value stands in, outermost first. */
  readonly above: unknown[];
}

/** undefined for what JSON leaves out. */
function valueJson(value: unknown, frame: Frame): string | undefined {
  switch (typeof value) {
    case 'string':
      return textJson(value, frame);
    case 'number':
      return Number.isFinite(value) ? String(value) : `"${value}"`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'bigint':
      return `"${value}"`;
    case 'object':
      return value === null ? 'null' : thingJson(value, frame);
    default:
      return undefined;
  }
}

function textJson(text: string, frame: Frame): string {
  const { textLength } = frame.limits;
  if (text.length <= textLength) return frame.text(text);
  return frame.text(`${text.slice(0, textLength)}… [${text.length - textLength} more characters]`);
}

function thingJson(thing: object, frame: Frame): string | undefined {
  const { limits, above } = frame;
  if (above.includes(thing)) return '"[circular]"';
  if (above.length >= limits.depth) return '"[too deep]"';
  above.push(thing);
  try {
    if (Array.isArray(thing)) return listJson(thing, frame);
    if (thing instanceof Date) return JSON.stringify(Number.isNaN(thing.getTime()) ? 'Invalid Date' : thing.toISOString());
    if (thing instanceof Map) return entriesJson(mapEntries(thing), frame);
    if (thing instanceof Set) return listJson([...thing], frame);
    if (thing instanceof Error) return errorJson(thing, frame);
    if (ArrayBuffer.isView(thing) || thing instanceof ArrayBuffer) return `"[${thing.constructor.name} of ${thing.byteLength} bytes]"`;
    if (thing instanceof URL || thing instanceof RegExp) return textJson(String(thing), frame);
    const { toJSON } = thing as { toJSON?: unknown };
    if (typeof toJSON === 'function') return valueJson(toJSON.call(thing, ''), frame);
    return objectJson(thing as Attributes, frame);
  } catch {
    return '"[unreadable]"';
  } finally {
    above.pop();
  }
}

function mapEntries(map: ReadonlyMap<unknown, unknown>): readonly (readonly [string, unknown])[] {
  return [...map].map(([key, value]) => [typeof key === 'object' && key !== null ? (JSON.stringify(key) ?? 'object') : String(key), value] as const);
}

function errorJson(error: Error, frame: Frame): string {
  const { name, message, cause, kind } = error as Error & { readonly kind?: unknown };
  return objectJson({ name, message, ...(kind === undefined ? {} : { kind }), ...(cause === undefined ? {} : { cause }) }, frame);
}

function listJson(list: readonly unknown[], frame: Frame): string {
  const { limits } = frame;
  const shown = list.slice(0, limits.entries).map((value) => valueJson(value, frame) ?? 'null');
  if (list.length > limits.entries) shown.push(`"[${list.length - limits.entries} more]"`);
  return `[${shown.join(',')}]`;
}

function objectJson(object: Attributes, frame: Frame): string {
  const { limits } = frame;
  let text = '';
  let entries = 0;
  for (const name in object) {
    if (!Object.hasOwn(object, name)) continue;
    if (++entries > limits.entries) break;
    text = withEntry(text, frame.name(name), ownValueJson(object, name, frame));
  }
  return entries > limits.entries ? `{${text},"[more]":${Object.keys(object).length - limits.entries}}` : `{${text}}`;
}

/** A getter may throw: it costs its own value, not those beside it. */
function ownValueJson(object: Attributes, name: string, frame: Frame): string | undefined {
  try {
    return valueJson(object[name], frame);
  } catch {
    return '"[unreadable]"';
  }
}

function entriesJson(entries: readonly (readonly [string, unknown])[], frame: Frame): string {
  const { limits } = frame;
  let text = '';
  for (const [name, value] of entries.slice(0, limits.entries)) text = withEntry(text, frame.name(name), valueJson(value, frame));
  return entries.length > limits.entries ? `{${text},"[more]":${entries.length - limits.entries}}` : `{${text}}`;
}

function withEntry(text: string, known: KnownName, json: string | undefined): string {
  if (json === undefined) return text;
  // Counts and flags under such a name ("secretsFound": 3) are no secrets.
  const shown = known.secret && (json.startsWith('"') || json.startsWith('[') || json.startsWith('{')) ? redacted : json;
  return text === '' ? `${known.text}${shown}` : `${text},${known.text}${shown}`;
}
