/** Asks a judge which of two answers is better, in both orders; only what it says in both counts. */
import { section } from '../prompts/section.ts';
import type { CallEnd, CallPrompt } from './call-model.ts';

export interface Judging {
  /** What the answers are to: the sections of the request or step. */
  readonly question: string;
  /** `order`: 0 as given, 1 swapped. Calls with equal settings must not be one draw. */
  readonly ask: (prompt: CallPrompt, order: 0 | 1) => Promise<CallEnd>;
  /** Where only this one would make a difference, the second call is saved as soon as the first does not say so. */
  readonly only?: 0 | 1;
}

/**
 * Index of the better answer, null where the judge contradicts itself, cannot tell, or fails. Judges favour a place, so
 * a preference counts only when it survives swapping (Zheng et al. 2023, arXiv 2306.05685, section 3.4).
 */
export async function preferredAnswer([first, second]: readonly [string, string], { question, ask, only }: Judging): Promise<0 | 1 | null> {
  const asGiven = verdictOf(await ask({ kind: 'prefer', content: judged(question, first, second) }, 0));
  if (asGiven === null || (only !== undefined && asGiven !== only)) return null;
  const swapped = verdictOf(await ask({ kind: 'prefer', content: judged(question, second, first) }, 1));
  return swapped === 1 - asGiven ? asGiven : null;
}

function judged(question: string, first: string, second: string): string {
  return [question, section('candidate', first), section('candidate', second)].join('\n\n');
}

/** 0 or 1: the place of the better one. */
function verdictOf(end: CallEnd): 0 | 1 | null {
  const digit = end.kind === 'answered' ? /^\s*([12])(?!\d)/.exec(end.text)?.[1] : undefined;
  return digit === undefined ? null : digit === '1' ? 0 : 1;
}
