/** Finds fenced code in Markdown, in one pass over its lines. */

export interface FencedText {
  /** The code of each fence; one that is never closed reaches to the end. */
  readonly code: readonly string[];
  /** The text without its fences. */
  readonly prose: string;
}

/** What ends a line, as `^` and `$` have it. */
const lineEnds = /[\n\r\u2028\u2029]/g;

export function readFences(text: string): FencedText {
  const code: string[] = [];
  const prose: string[] = [];
  let opened: { readonly fence: string; readonly codeStart: number } | null = null;
  let proseStart = 0;
  for (const { fence, start, rest, end } of fenceLines(text)) {
    const lineEnd = Math.min(text.length, end + 1);
    if (opened === null) {
      prose.push(text.slice(proseStart, start));
      opened = { fence, codeStart: lineEnd };
    } else if (fence === opened.fence && text.slice(rest, end).trim() === '') {
      code.push(text.slice(opened.codeStart, Math.max(opened.codeStart, start - 1)));
      opened = null;
      proseStart = lineEnd;
    }
  }
  if (opened === null) prose.push(text.slice(proseStart));
  else code.push(text.slice(opened.codeStart));
  return { code, prose: prose.join('') };
}

/** Lines [start, end) that begin with a fence, spaces and tabs before it aside; after the fence comes [rest, end). */
function* fenceLines(text: string): Generator<{ readonly fence: string; readonly start: number; readonly rest: number; readonly end: number }> {
  let backticks = text.indexOf('```');
  let tildes = text.indexOf('~~~');
  while (backticks >= 0 || tildes >= 0) {
    const at = tildes < 0 || (backticks >= 0 && backticks < tildes) ? backticks : tildes;
    let start = at;
    while (text[start - 1] === ' ' || text[start - 1] === '\t') start--;
    lineEnds.lastIndex = at;
    const end = lineEnds.exec(text)?.index ?? text.length;
    if (start === 0 || '\n\r\u2028\u2029'.includes(text[start - 1] as string)) yield { fence: text.slice(at, at + 3), start, rest: at + 3, end };
    // Whatever else stands in the line is not at its beginning.
    if (backticks >= 0 && backticks < end) backticks = text.indexOf('```', end);
    if (tildes >= 0 && tildes < end) tildes = text.indexOf('~~~', end);
  }
}
