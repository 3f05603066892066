/** Finds JSON in an answer, whether it is the whole answer, stands in a code fence, or in the middle of a sentence. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** The first value that is wanted, otherwise the first at all: an answer may cite [1] before it comes to the object. */
export function firstJson(text: string, wanted: (value: Json) => boolean): Json | undefined {
  let first: Json | undefined;
  for (const value of jsonValues(text)) {
    if (wanted(value)) return value;
    first ??= value;
  }
  return first;
}

/** The whole text, then the fenced blocks, then every outermost object and array, each in the order of the text. */
function* jsonValues(text: string): Generator<Json> {
  const whole = parsed(text);
  if (whole !== undefined) {
    yield whole;
    return;
  }
  for (const [, , body] of text.matchAll(/^[ \t]*(```|~~~)[^\n]*\n([\s\S]*?)^[ \t]*\1/gm)) {
    const value = parsed(body as string);
    if (value !== undefined) yield value;
  }
  // A text of nothing but brackets would take a time that grows with the square of its length.
  let triesLeft = 200;
  for (let start = 0; start < text.length && triesLeft > 0; start++) {
    if (text[start] !== '{' && text[start] !== '[') continue;
    triesLeft -= 1;
    const end = closingBracket(text, start);
    const value = end < 0 ? undefined : parsed(text.slice(start, end + 1));
    if (value === undefined) continue;
    yield value;
    start = end;
  }
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Where the bracket at `start` closes, brackets within strings not counted; -1 when it does not. */
function closingBracket(text: string, start: number): number {
  let depth = 0;
  let inString = false;
  for (let index = start; index < text.length; index++) {
    const character = text[index];
    if (inString) {
      if (character === '\\') index += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return index;
    }
  }
  return -1;
}
