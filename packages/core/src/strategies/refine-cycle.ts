/** Goes round a cycle of steps ("until it passes"): each answers again in view of its draft and of the others, until they converge. */
import type { Analysis, Chunk } from '../analysis.ts';
import type { OrchestrateArm } from '../arm.ts';
import { type CycleAnswer, executeCycle } from '../execution/execute-cycle.ts';
import type { Prerequisites } from '../graph/prerequisites.ts';
import { section } from '../prompts/section.ts';
import type { StrategyContext } from '../strategy.ts';
import { answerStep } from './answer-step.ts';
import { type CallPrompt, callModel } from './call-model.ts';
import { preferredAnswer } from './prefer-answer.ts';
import { shownAnswer, stepContent } from './step-content.ts';

export interface RefinedCycle {
  /** The chunks of the cycle, in the order of the text. */
  readonly chunks: readonly number[];
  readonly analysis: Analysis;
  readonly arm: OrchestrateArm;
  readonly needs: Prerequisites;
  readonly answerOf: AnswerOf;
}

/** The answer to a chunk, as far as there is one. */
export type AnswerOf = (chunk: number) => string | undefined;

/** The answers of the round that is kept; `first` are those of the first round. */
export function refineCycle(first: CycleAnswer, cycle: RefinedCycle, context: StrategyContext): Promise<CycleAnswer> {
  const { chunks, analysis, arm } = cycle;
  const { model, temperature, maxOutputTokens, timeoutMs } = arm;
  const patience = patienceOf(arm, context);
  const settingsWith = (seed: number) => ({ model, temperature, maxOutputTokens, timeoutMs, seed });

  const improve = async (draft: CycleAnswer, round: number): Promise<CycleAnswer | null> => {
    const now = [...draft];
    for (const [position, index] of chunks.entries()) {
      const answerOf: AnswerOf = (chunk) => now[chunks.indexOf(chunk)] ?? cycle.answerOf(chunk);
      const shown = shownTo([index], { ...cycle, answerOf });
      const content = [stepContent(analysis, [chunkAt(analysis, index)], shown), section('draft', shownAnswer(draft[position] as string, maxOutputTokens))];
      const end = await answerStep(analysis, { kind: 'refine', content: content.join('\n\n') }, settingsWith(1000 * round), context);
      if (end.kind === 'failed') return null;
      now[position] = end.text;
    }
    return now;
  };

  const prefersLater = async (earlier: CycleAnswer, later: CycleAnswer, round: number): Promise<boolean> => {
    const all = chunks.map((index) => chunkAt(analysis, index));
    const preferred = await preferredAnswer([joined(earlier, maxOutputTokens), joined(later, maxOutputTokens)], {
      question: stepContent(analysis, all, shownTo(chunks, cycle)),
      ask: (prompt: CallPrompt, order) => callModel(analysis, prompt, settingsWith(1000 * round + order), context),
      only: 1,
    });
    return preferred === 1;
  };

  return context.tracer.span('cycle', { chunks }, async (span) => {
    const { judge } = context;
    const end = await executeCycle(
      first,
      {
        improve,
        prefersLater: arm.judgeRounds === 0 ? undefined : prefersLater,
        score: judge === undefined ? undefined : (answer) => judge(answer.join('\n\n'), { analysis, chunks }),
        spentUsd: context.budget?.spentUsd,
        signal: context.signal,
        onRound: (round) => context.onProgress?.({ kind: 'round', what: 'cycle', round, atMost: arm.maxRounds - 1 }),
      },
      { maxRounds: arm.maxRounds, patience, similarity: arm.refineSimilarity, maxUsd: context.budget?.maxUsd },
    );
    span.set({ rounds: end.rounds.length, kept: end.kept, stopped: end.stopped });
    return end.rounds[end.kept]?.answer ?? first;
  });
}

/**
 * A judge from outside is right in that something is missing, and a try that failed says little about the next: it takes
 * three times the patience (measured: docs/architecture.md). Without temperature, what changed nothing would change nothing again.
 */
function patienceOf({ temperature, refinePatience }: OrchestrateArm, { judge }: StrategyContext): number {
  if (temperature === 0) return Math.min(1, refinePatience);
  return judge === undefined ? refinePatience : 3 * refinePatience;
}

/** The answers that some steps need and that are there, in the order of the text, none of their own. */
export function shownTo(chunks: readonly number[], { arm, needs, answerOf }: Pick<RefinedCycle, 'arm' | 'needs' | 'answerOf'>): readonly string[] {
  const needed = new Set(chunks.flatMap((index) => needs(index, arm.maxDepth)));
  for (const index of chunks) needed.delete(index);
  return [...needed]
    .sort((a, b) => a - b)
    .flatMap((from) => answerOf(from) ?? [])
    .map((answer) => shownAnswer(answer, arm.maxOutputTokens));
}

export function chunkAt({ chunks }: Analysis, index: number): Chunk {
  const chunk = chunks[index];
  if (chunk === undefined) throw new RangeError(`no chunk ${index}`);
  return chunk;
}

function joined(answer: CycleAnswer, maxOutputTokens: number): string {
  return answer.map((text) => shownAnswer(text, maxOutputTokens)).join('\n\n');
}
