/** Measures how far answers agree, block by block, and finds the one that agrees best with the rest. */
import { readFences } from '../prompts/fenced-code.ts';
import { rememberedTexts } from '../remembered-texts.ts';

export interface Consensus {
  /** Index of the answer with the highest mean similarity to the others (the medoid). */
  readonly index: number;
  /** That mean similarity, in [0, 1]. */
  readonly agreement: number;
}

/** Throws a RangeError without answers. A single answer agrees with itself. */
export function findConsensus(answers: readonly string[]): Consensus {
  if (answers.length === 0) throw new RangeError('no answers to compare');
  if (answers.length === 1) return { index: 0, agreement: 1 };
  const blocks = answers.map(splitBlocks);
  const totals = answers.map(() => 0);
  for (let a = 0; a < answers.length; a++) {
    for (let b = a + 1; b < answers.length; b++) {
      const similarity = blockSimilarity(blocks[a] as readonly string[], blocks[b] as readonly string[]);
      totals[a] = (totals[a] as number) + similarity;
      totals[b] = (totals[b] as number) + similarity;
    }
  }
  const best = totals.reduce((found, total, index) => (total > (totals[found] as number) ? index : found), 0);
  return { index: best, agreement: (totals[best] as number) / (answers.length - 1) };
}

/** The code of fences or, in an answer without code, the text under each heading; space is folded. Answers come again in the next round, and the next attempt. */
export const splitBlocks: (answer: string) => readonly string[] = rememberedTexts(4_000_000, (answer) =>
  rawBlocks(answer)
    .map(fold)
    .filter((block) => block !== ''),
);

function rawBlocks(answer: string): readonly string[] {
  // Beside code, prose is decoration: two answers agree when their code does.
  const { code, prose } = readFences(answer);
  return code.length > 0 ? code : prose.split(/^(?=#{1,6}\s)/m);
}

/** The share of blocks that stand in both answers (Jaccard on multisets). */
function blockSimilarity(a: readonly string[], b: readonly string[]): number {
  if (a === b || (a.length === 0 && b.length === 0)) return 1;
  const left: (string | null)[] = [...a];
  let common = 0;
  for (const block of b) {
    const at = left.indexOf(block);
    if (at < 0) continue;
    left[at] = null;
    common++;
  }
  return common / (a.length + b.length - common);
}

function fold(text: string): string {
  return text.trim().replace(/\s*\n\s*|\s{2,}|\t/g, ' ');
}
