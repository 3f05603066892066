/** Joins the answers to the parts of a request into the text of one answer, with its tokens. */
import { countTokensOnce } from '../token-count.ts';
import type { SimulatedPart } from './simulated-bank.ts';

export interface PartAnswer {
  readonly part: SimulatedPart;
  readonly text: string;
}

export interface WrittenAnswer {
  readonly text: string;
  readonly tokens: number;
}

/** Tokens of the marks around a block of code. */
const fenceTokens = 6;
const keptAnswers = 10_000;

interface Branch {
  /** What is written so far; null before the first part. */
  readonly answer: WrittenAnswer | null;
  readonly code: Map<string, Branch>;
  readonly prose: Map<string, Branch>;
}

/** Equal answers are one and the same string, which whoever has looked it up before finds again without reading it. */
export function answerWriter(): (answers: readonly PartAnswer[]) => WrittenAnswer {
  let first = emptyBranch();
  let kept = 0;
  return (answers) => {
    if (kept >= keptAnswers) {
      first = emptyBranch();
      kept = 0;
    }
    let branch = first;
    for (const { part, text } of answers) {
      const next = part.language === 'javascript' ? branch.code : branch.prose;
      let found = next.get(text);
      if (found === undefined) {
        found = { ...emptyBranch(), answer: extended(branch.answer, { part, text }) };
        next.set(text, found);
        kept++;
      }
      branch = found;
    }
    return branch.answer ?? { text: '', tokens: 0 };
  };
}

function emptyBranch(): Branch {
  return { answer: null, code: new Map(), prose: new Map() };
}

function extended(before: WrittenAnswer | null, { part, text }: PartAnswer): WrittenAnswer {
  const isCode = part.language === 'javascript';
  const own = isCode ? `\`\`\`js\n${text}\n\`\`\`` : text;
  return {
    text: before === null ? own : `${before.text}\n\n${own}`,
    tokens: (before?.tokens ?? 0) + countTokensOnce(text) + (isCode ? fenceTokens : 1),
  };
}
