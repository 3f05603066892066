/** What simulated models know: parts that can be asked for, the words that ask for them, and answers to write. */

import { readFences, rememberedTexts } from '@ratchet/core';

export type Grade = 'right' | 'partial' | 'wrong';

export interface SimulatedPart {
  readonly id: string;
  readonly family: string;
  /** In logits. */
  readonly difficulty: number;
  readonly needs: readonly string[];
  /** Texts that must be in sight to answer it. */
  readonly reads: readonly string[];
  readonly language: 'javascript' | 'markdown';
  /** At least one of each grade; earlier ones of a grade are commoner. */
  readonly answers: readonly { readonly grade: Grade; readonly text: string }[];
}

/** Words that ask for a part, as they stand in some request. */
export interface SimulatedAsk {
  readonly partId: string;
  readonly words: string;
}

export interface AskedPart {
  readonly part: SimulatedPart;
  /** How much of the words that ask for it is there, in (0, 1]. */
  readonly coverage: number;
}

export interface KnownAnswer {
  readonly part: SimulatedPart;
  readonly grade: Grade;
  readonly text: string;
}

/** Finds parts in what is asked, and answers in what is shown; the answers of its parts are without outer space. */
export interface SimulatedBank {
  /** Parts that the text asks for, in its order. */
  asked(text: string): readonly AskedPart[];
  /** Answers out of the bank that stand in the text. */
  recognise(text: string): readonly KnownAnswer[];
}

/** A part counts as asked for from this share of its words on. */
const askedFrom = 0.35;
/** Words in a row that are looked for; as many as there are in shorter asks. */
const shingleWords = 4;
/** More than an experiment's prompts and answers have: some tens of millions. */
const keptCharacters = 50_000_000;

export function simulatedBank(given: readonly SimulatedPart[], asks: readonly SimulatedAsk[]): SimulatedBank {
  // Trimmed once: a text that is the same string again and again is found again at once.
  const parts = given.map((part) => ({ ...part, answers: part.answers.map(({ grade, text }) => ({ grade, text: text.trim() })) }));
  const byId = new Map(parts.map((part) => [part.id, part]));
  const known = new Map<string, KnownAnswer>();
  for (const part of parts) for (const { grade, text } of part.answers) known.set(text, { part, grade, text });
  const sizes: number[] = [];
  const lengths = new Set<number>();
  const asksOf = new Map<string, number[]>();
  asks.forEach((ask, index) => {
    const words = wordsOf(ask.words);
    const length = Math.min(shingleWords, words.length);
    const own = new Set(shingles(words, length));
    lengths.add(length);
    sizes.push(own.size);
    for (const shingle of own) {
      const list = asksOf.get(shingle);
      if (list === undefined) asksOf.set(shingle, [index]);
      else list.push(index);
    }
  });

  const findAsked = (text: string): readonly AskedPart[] => {
    const words = wordsOf(text);
    const found = new Map<number, number[]>();
    for (const length of lengths) {
      const seen = new Set<string>();
      shingles(words, length).forEach((shingle, position) => {
        if (seen.has(shingle)) return;
        seen.add(shingle);
        for (const index of asksOf.get(shingle) ?? []) {
          const positions = found.get(index);
          if (positions === undefined) found.set(index, [position]);
          else positions.push(position);
        }
      });
    }
    const best = new Map<string, { coverage: number; middle: number }>();
    for (const [index, positions] of found) {
      const { partId } = asks[index] as SimulatedAsk;
      const coverage = positions.length / (sizes[index] as number);
      // Some of the words may stand elsewhere too, by chance: the place is where half of them are past.
      const middle = positions[positions.length >> 1] as number;
      if (coverage >= askedFrom && coverage > (best.get(partId)?.coverage ?? 0)) best.set(partId, { coverage, middle });
    }
    return [...best]
      .sort(([, a], [, b]) => a.middle - b.middle)
      .flatMap(([partId, { coverage }]) => {
        const part = byId.get(partId);
        return part === undefined ? [] : [{ part, coverage }];
      });
  };
  const recognise = (text: string): readonly KnownAnswer[] => answerBlocks(text).flatMap((block) => known.get(block) ?? []);
  return { asked: rememberedTexts(keptCharacters, findAsked), recognise: rememberedTexts(keptCharacters, recognise) };
}

/** What could be one answer: the code of each fence, and each section under a heading of level 2, with or without the fences after it. */
function answerBlocks(text: string): readonly string[] {
  const fences = readFences(text).code.map((code) => code.trim());
  const sections = text.startsWith('## ') || text.includes('\n## ') ? text.split(/^(?=## )/m).map((block) => block.trim()) : [];
  return [...fences, ...sections.flatMap((block) => [block, ...[...block.matchAll(/^(?:```|~~~)/gm)].map((fence) => block.slice(0, fence.index).trim())])];
}

/** Lower-cased, letters and digits only. */
function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}_$]+/gu) ?? [];
}

/** Runs of that many words. */
function shingles(words: readonly string[], length: number): readonly string[] {
  if (length === 0) return [];
  return Array.from({ length: Math.max(0, words.length - length + 1) }, (_, index) => words.slice(index, index + length).join(' '));
}
