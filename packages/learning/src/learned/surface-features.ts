/** What a request looks like on the page: counts of its marks, digits, code and cases, its length and how it opens; no topics. */
import type { Analysis } from '@ratchet/core';
import { toolFeatureCount, toolFeatures } from './tool-features.ts';
import { toolMeaningCount, toolMeanings } from './tool-meanings.ts';

const countedCharacters = 6000;

/** Logarithms of how often each is in the text. By these, kinds of requests are told apart. */
const kindPatterns: readonly RegExp[] = [
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
  // Inline code: any, calls, calls that begin it, types, objects, plain names, members.
  /`[^`\n]+`/g,
  /`[^`\n]*\([^`\n]*`/g,
  /`[a-z]\w*\([^`\n]*`/g,
  /`(?:class )?[A-Z]\w*`/g,
  /`[^`\n]*\{[^`\n]*`/g,
  /`[a-z]+`/g,
  /`[^`\n]*\.[^`\n]*`/g,
];
/** The same, of marks that tell single requests apart more than kinds of them. */
const markPatterns: readonly RegExp[] = [/\d/g, /[()]/g, /\$/g, /\\/g, /,/g, /_/g, /[.!]/g, /[+*^>|]/g, />>>/g, /\b[A-D][).:]/g];
const countedPatterns = [...kindPatterns, ...markPatterns];
/** 1 where it fits. */
const shapePatterns: readonly RegExp[] = [/\?\s*$/, /[.!]\s*$/, /:\s*$/, /^\p{Lu}/u, /^\p{Ll}/u, /[^\p{ASCII}]/u];
/** Share of the characters. */
const sharePatterns: readonly RegExp[] = [/\p{Lu}/gu, /\d/g, /\s/g, /[^\p{L}\p{N}\s]/gu];
/** Closed classes with which requests open: question words, auxiliaries, articles, pronouns. */
const openings = [
  'what',
  'who',
  'which',
  'how',
  'why',
  'when',
  'where',
  'is',
  'are',
  'can',
  'could',
  'do',
  'does',
  'will',
  'the',
  'a',
  'i',
  'if',
  'given',
  'please',
];

const others = 6;
const lengthFeature = countedPatterns.length + shapePatterns.length + sharePatterns.length + openings.length;
export const surfaceFeatureCount =
  countedPatterns.length + shapePatterns.length + sharePatterns.length + openings.length + others + toolFeatureCount + toolMeaningCount;

/** Of `surfaceFeatures`, those that kinds of requests are told apart by: counts, the same relative to the length of the text, and that length. */
export function kindFeatures(surface: Float64Array): Float64Array {
  const length = surface[lengthFeature] as number;
  const counts = surface.subarray(0, kindPatterns.length);
  return Float64Array.from([...counts, ...counts.map((count) => count - length / 2), length]);
}

/** Length `surfaceFeatureCount`, finite for any text. */
export function surfaceFeatures({ text, tools }: Pick<Analysis, 'text' | 'tools'>): Float64Array {
  const counted = text.slice(0, countedCharacters);
  const words = (counted.match(/[\p{L}\p{N}_]+/gu) ?? []).map((word) => word.toLowerCase());
  const length = Math.max(1, counted.length);
  const sentences = counted.split(/[.!?]\s/).length;
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  const occurrences = (pattern: RegExp): number => counted.match(pattern)?.length ?? 0;
  return Float64Array.from([
    ...countedPatterns.map((pattern) => Math.log1p(occurrences(pattern))),
    ...shapePatterns.map((pattern) => (pattern.test(counted) ? 1 : 0)),
    ...sharePatterns.map((pattern) => occurrences(pattern) / length),
    ...openings.map((opening) => (words[0] === opening ? 1 : 0)),
    Math.log1p(text.length),
    Math.log1p(words.length),
    Math.log1p(sentences),
    Math.log1p(words.length / sentences),
    new Set(words).size / Math.max(1, words.length),
    letters / Math.max(1, words.length),
    ...toolFeatures(tools, counted, words),
    ...toolMeanings(tools?.names ?? [], counted),
  ]);
}
