/** Counts tokens with a real tokenizer (o200k_base, as GPT-4o's). */
import { createRequire } from 'node:module';
import { rememberedTexts } from '@ratchet/core';

type CountTokens = (text: string, options: { readonly disallowedSpecial: Set<string> }) => number;

let tokenizer: CountTokens | undefined;
/** A text that holds a tokenizer's own marks ("<|endoftext|>") is a text like any other. */
const asText = { disallowedSpecial: new Set<string>() };
const lineCounts = new Map<string, number>();
const keptLines = 200_000;

/** Loaded on first use: its vocabulary is some megabytes. */
function load(): CountTokens {
  if (tokenizer === undefined) {
    const require = createRequire(import.meta.url);
    tokenizer = (require('gpt-tokenizer/encoding/o200k_base') as { countTokens: CountTokens }).countTokens;
  }
  return tokenizer;
}

/** Tokens of a text that is likely to be counted again. */
export const countTokensOnce: (text: string) => number = rememberedTexts(50_000_000, countTokens);

/**
 * Tokens of a text, counted line by line so that lines seen before cost a look-up, and so do paragraphs. Runs of blank lines, and
 * slashes that begin a line, may count a few tokens more than in one piece.
 */
export function countTokens(text: string): number {
  return sumOfPieces(text, '\n\n', countParagraph);
}

const countParagraph = rememberedTexts(20_000_000, (paragraph) => sumOfPieces(paragraph, '\n', countLine));

/** Of the pieces that end with the first character of the mark, where it stands, or with the text. */
function sumOfPieces(text: string, mark: string, count: (piece: string) => number): number {
  let total = 0;
  let start = 0;
  while (start < text.length) {
    const at = text.indexOf(mark, start);
    const end = at < 0 ? text.length : at + 1;
    total += count(text.slice(start, end));
    start = end;
  }
  return total;
}

function countLine(line: string): number {
  let count = lineCounts.get(line);
  if (count === undefined) {
    count = load()(line, asText);
    if (lineCounts.size >= keptLines) lineCounts.clear();
    lineCounts.set(line, count);
  }
  return count;
}
