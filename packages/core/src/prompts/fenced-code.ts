/** Finds fenced code in Markdown, in one pass over its lines. */

export interface FencedText {
  /** The code of each fence; one that is never closed reaches to the end. */
  readonly code: readonly string[];
  /** The text without its fences. */
  readonly prose: string;
}

const mark = /^[ \t]*(```|~~~)(.*)$/gm;

export function readFences(text: string): FencedText {
  if (!text.includes('```') && !text.includes('~~~')) return { code: [], prose: text };
  const code: string[] = [];
  const prose: string[] = [];
  let opened: { readonly fence: string; readonly codeStart: number } | null = null;
  let proseStart = 0;
  for (const found of text.matchAll(mark)) {
    const [line, fence = '', rest = ''] = found;
    const lineEnd = Math.min(text.length, found.index + line.length + 1);
    if (opened === null) {
      prose.push(text.slice(proseStart, found.index));
      opened = { fence, codeStart: lineEnd };
    } else if (fence === opened.fence && rest.trim() === '') {
      code.push(text.slice(opened.codeStart, Math.max(opened.codeStart, found.index - 1)));
      opened = null;
      proseStart = lineEnd;
    }
  }
  if (opened === null) prose.push(text.slice(proseStart));
  else code.push(text.slice(opened.codeStart));
  return { code, prose: prose.join('') };
}
