/** Cuts a text into hashed terms: words and pairs of words, and runs of characters inside words, with their counts. */

/** Terms are numbered by their hash: words in [0, 2^18), characters in [2^18, 2^19). */
export const termSpace = 2 << 18;
const half = 1 << 18;
const mask = half - 1;

/** The text that is looked at: what a request is about stands at its beginning. */
const wordCharacters = 4000;
const gramCharacters = 600;
const longestWord = 40;

/** Distinct terms in ascending order, and how often each occurs. */
export interface TextTerms {
  readonly ids: Int32Array;
  readonly counts: Uint16Array;
}

const wordPattern = /[\p{L}\p{N}_]{2,}/gu;

/**
 * Words in lower case and pairs of neighbours; within each run of non-space characters, with a space on either side, all runs
 * of three to five characters, case kept (as scikit-learn's `char_wb`). Hashed (Weinberger et al. 2009), so no vocabulary is kept.
 */
export function textTerms(text: string): TextTerms {
  const found: number[] = [];
  let previous = -1;
  for (const [word] of text.slice(0, wordCharacters).matchAll(wordPattern)) {
    const own = hashOf(word.toLowerCase());
    found.push(own & mask);
    if (previous !== -1) found.push(mix(Math.imul(previous, 31) + own) & mask);
    previous = own;
  }
  for (const piece of text.slice(0, gramCharacters).split(/\s+/)) {
    if (piece === '') continue;
    const padded = ` ${piece.slice(0, longestWord)} `;
    for (let start = 0; start + 2 < padded.length; start++) {
      let hash = 0x811c9dc5;
      const end = Math.min(start + 5, padded.length);
      for (let at = start; at < end; at++) {
        hash = Math.imul(hash ^ padded.charCodeAt(at), 0x01000193);
        if (at >= start + 2) found.push(half + (mix(hash) & mask));
      }
    }
  }
  const sorted = Int32Array.from(found).sort();
  const ids = new Int32Array(sorted.length);
  const counts = new Uint16Array(sorted.length);
  let distinct = 0;
  for (let index = 0; index < sorted.length; index++) {
    const id = sorted[index] as number;
    if (distinct > 0 && ids[distinct - 1] === id) {
      counts[distinct - 1] = Math.min(65_535, (counts[distinct - 1] as number) + 1);
    } else {
      ids[distinct] = id;
      counts[distinct++] = 1;
    }
  }
  return { ids: ids.slice(0, distinct), counts: counts.slice(0, distinct) };
}

function hashOf(word: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < word.length; index++) hash = Math.imul(hash ^ word.charCodeAt(index), 0x01000193);
  return mix(hash);
}

function mix(word: number): number {
  let hash = word ^ (word >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
