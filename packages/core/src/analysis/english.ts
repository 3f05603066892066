/** Tells whether a text reads as English prose, by the share of words of grammar among its different words. */
import { isClosedClass } from './closed-classes.ts';
import type { Token } from './tag-tokens.ts';

const fewWords = 8;
/** English requests have 0.3 and more; code, logs and other languages of these letters meet some words by chance. */
const leastShare = 0.18;
/** Of less than a dozen words. */
const leastShareOfFew = 0.12;
/** Where more than one word in twelve has letters that English does not. */
const leastShareAccented = 0.25;

/** Signs that code and data are full of; prose of requests has fewer than one in ten words of them. */
const codeSigns = new Set('{}[];=<>');
const mostCodeSigns = 1 / 8;

/** Code, logs, tables and other languages do not; of a few words, one must be English grammar or all be of plain letters. */
export function readsAsEnglish(tokens: readonly Token[]): boolean {
  const kinds = new Set<string>();
  let closed = 0;
  let foreign = 0;
  let signs = 0;
  for (const { lower, pos } of tokens) {
    if (codeSigns.has(lower[0] as string)) signs++;
    if (pos === 'PUNCT' || kinds.has(lower)) continue;
    if (isClosedClass(lower)) closed++;
    else if (!beginsAsWord(lower)) continue;
    else if (hasForeignLetter(lower)) foreign++;
    kinds.add(lower);
  }
  if (signs > mostCodeSigns * tokens.length) return false;
  if (kinds.size < fewWords && foreign === 0) return closed > 0 || [...kinds].every((word) => /^[a-z'’-]+$/.test(word));
  return closed >= (foreign * 12 > kinds.size ? leastShareAccented : kinds.size < 12 ? leastShareOfFew : leastShare) * kinds.size;
}

/** A letter stands before any quotation mark. */
function beginsAsWord(lower: string): boolean {
  const first = lower.charCodeAt(0);
  return (first >= 97 && first <= 122) || /^[^`"“'‘]*\p{L}/u.test(lower);
}

const typographic = new Set('’‘“”…–—');

function hasForeignLetter(lower: string): boolean {
  for (let at = 0; at < lower.length; at++) if (lower.charCodeAt(at) > 0x7f && !typographic.has(lower[at] as string)) return true;
  return false;
}
