/** What a request looks like on the page: counts of its marks, digits, code and cases; no words, no topics. */
import type { Analysis } from '@ratchet/core';

const countedCharacters = 6000;

const inlineCode = /`([^`\n]+)`/g;
/** Each pattern counts in the whole text. */
const textPatterns: readonly RegExp[] = [
  /\b\d{3}\b/g,
  /\d+/g,
  /"/g,
  /'/g,
  /\{/g,
  /\[/g,
  /</g,
  /=/g,
  /;/g,
  /:/g,
  /\n/g,
  /\?/g,
  /```|"""/g,
  /\//g,
  /-/g,
  /\p{Lu}/gu,
  /\S+/g,
  /[$\\^_|]/g,
];
/** Each pattern counts the pieces of inline code that fit it. */
const codePatterns: readonly RegExp[] = [/./, /\(/, /^(?:class )?[A-Z]\w*$/, /^[a-z]\w*\(/, /\{/, /^[a-z]+$/, /\./];

export const surfaceFeatureCount = 2 * (textPatterns.length + codePatterns.length) + 1;

/** Logarithms of the counts, the same relative to the length of the text, and that length. */
export function surfaceFeatures({ text }: Pick<Analysis, 'text'>): Float64Array {
  const counted = text.slice(0, countedCharacters);
  const pieces = Array.from(counted.matchAll(inlineCode), (match) => match[1] as string);
  const counts = [
    ...textPatterns.map((pattern) => counted.match(pattern)?.length ?? 0),
    ...codePatterns.map((pattern) => pieces.filter((piece) => pattern.test(piece)).length),
  ];
  const length = Math.log(1 + counted.length);
  return Float64Array.from([...counts.map((count) => Math.log1p(count)), ...counts.map((count) => Math.log1p(count) - length / 2), length]);
}
