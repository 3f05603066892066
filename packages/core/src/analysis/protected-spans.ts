/** Finds what must never be split (code fences, quoted blocks, inline code, short quotations) and masks it. */
import type { Material } from '../analysis.ts';

export interface InlineCode {
  readonly start: number;
  readonly end: number;
  /** The identifier it begins with, if it does: `parse` of `parse(text)`. */
  readonly name: string | null;
  /** What the name looks like: `call` with parentheses, `type` with a capital and none, `plain` otherwise. */
  readonly form: 'call' | 'type' | 'plain';
}

export interface ProtectedText {
  /** As long as the text; blocks are blanked and inline spans are one word each, so offsets stay true. */
  readonly masked: string;
  readonly materials: readonly Material[];
  readonly inlineCode: readonly InlineCode[];
}

// As in CommonMark: what closes a block is at least as long as what opens it, and the line of ``` holds no other `.
const block = /^[ \t]*(`{3,}(?=[^`\n]*\n)|~{3,}|"{3,}(?=[^"\n]*\n))[^\n]*\n[\s\S]*?(?:^[ \t]*\1[`~"]*[ \t]*$|(?![\s\S]))/gm;
const inline = /`([^`\n]+)`/g;
/** Characters. A longer run without spaces (base64, minified code, an address) is masked as one word. */
const longestWord = 256;
const unbroken = new RegExp(`(?<!\\S)\\S{${longestWord + 1},}`, 'g');
const quotation = /"[^"\n]{1,400}"|“[^”\n]{1,400}”|‘[^’\n]{1,400}’|(?<![\p{L}\p{N}'])'(?=[^\s'])[^'\n]{1,400}'(?![\p{L}\p{N}])/gu;
/** Addresses, paths and names of files: a stop inside ends no sentence. */
const address =
  /\bhttps?:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]]|\b[A-Za-z]:[\\/][^\s,;"']*[^\s,;"'.!?)]|(?<![\w/.])\/(?:[\w.-]{1,80}\/){1,12}[\w-]{0,80}(?:\.[a-z][a-z0-9]{1,4}\b)?|\b[\w-]{1,80}(?:\.[\w-]{1,40}){0,3}\.[a-z][a-z0-9]{1,4}\b(?!\()/g;

export function protectSpans(text: string): ProtectedText {
  const materials: Material[] = [];
  let masked = text.replace(block, (found, _fence, start: number) => {
    materials.push({ start, end: start + found.length, text: found });
    return found.replace(/[^\n]/g, ' ');
  });
  const inlineCode: InlineCode[] = [];
  masked = masked.replace(inline, (found, code: string, start: number) => {
    const signature = /^(?:export\s+)?(?:async\s+)?(?:(?:function|class|const)\s+)?([A-Za-z_$][\w$]*)(?=$|\(|\.|<|\s*\{|\s*=)/.exec(code);
    const name = signature?.[1] ?? null;
    const rest = signature === null ? '' : code.slice(signature[0].length).trim();
    const form = rest.startsWith('(') ? 'call' : /^[A-Z].*[a-z]/.test(name ?? '') && rest === '' ? 'type' : 'plain';
    inlineCode.push({ start, end: start + found.length, name, form });
    return word(found.length);
  });
  masked = masked.replace(quotation, (found) => word(found.length));
  masked = masked.replace(address, (found) => word(found.length));
  masked = masked.replace(unbroken, (found) => word(found.length));
  return { masked, materials, inlineCode };
}

/** One noun-like word in a place of a given length; the tagger's time grows with the square of a word's. */
function word(length: number): string {
  return `X${'x'.repeat(Math.min(length, longestWord) - 1)}`.padEnd(length);
}
