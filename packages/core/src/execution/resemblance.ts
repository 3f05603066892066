/** How much two texts resemble each other: the share of runs of three words that stand in both (Broder 1997). */

const runWords = 3;

/**
 * In [0, 1]; 1 for texts that are equal but for white space. Linear in their lengths. A. Broder, "On the resemblance and
 * containment of documents" (1997): the Jaccard index of the sets of shingles, here all of them and not a sample.
 */
export function resemblance(a: string, b: string): number {
  if (a === b) return 1;
  const left = runsOf(a);
  const right = runsOf(b);
  let common = 0;
  for (const run of left) if (right.has(run)) common++;
  const all = left.size + right.size - common;
  return all === 0 ? 1 : common / all;
}

/** Texts that differ in white space alone say the same. */
export function saysTheSame(a: string, b: string): boolean {
  return a === b || fold(a) === fold(b);
}

function runsOf(text: string): ReadonlySet<string> {
  const words = fold(text).split(' ');
  if (words.length <= runWords) return new Set(words[0] === '' ? [] : [words.join(' ')]);
  return new Set(Array.from({ length: words.length - runWords + 1 }, (_, at) => words.slice(at, at + runWords).join(' ')));
}

function fold(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
