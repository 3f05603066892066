/** Executes a cycle: improves an answer round by round until it converges or may cost no more, and keeps the best round. */
import { findConsensus } from '../strategies/agreement.ts';
import { isFixedPoint, isPlateau, isSettled, oscillationPeriod } from './convergence.ts';
import { resemblance } from './resemblance.ts';

/** An answer in parts: one for each step of the cycle, in order. */
export type CycleAnswer = readonly string[];

export interface CycleRound {
  readonly answer: CycleAnswer;
  /** In [0, 1]; null where nothing from outside judges it. */
  readonly score: number | null;
}

export interface CycleWork {
  /** The next version of an answer, null when there is none; `round` counts from 1, the first answer being round 0. */
  readonly improve: (answer: CycleAnswer, round: number) => Promise<CycleAnswer | null>;
  /** Judges an answer from outside (tests, say), in [0, 1]; null when it cannot. */
  readonly score?: ((answer: CycleAnswer) => Promise<number | null>) | undefined;
  /** Whether the later answer is better beyond doubt; asked only where there are no scores. */
  readonly prefersLater?: ((earlier: CycleAnswer, later: CycleAnswer, round: number) => Promise<boolean>) | undefined;
  /** Spent so far on all that the budget is for; null when nobody knows. */
  readonly spentUsd?: (() => number | null) | undefined;
  readonly onRound?: ((round: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CycleLimits {
  /** Rounds in all, the first included; at least 1. */
  readonly maxRounds: number;
  /**
   * Rounds in a row that must bring nothing (the same, next to the same, nothing better) to end the cycle: 1 where equal
   * states have equal successors, more where chance has a part in it. 0 goes on to the cap, whatever comes.
   */
  readonly patience: number;
  /** Resemblance in [0, 1] from which on a round has changed next to nothing. */
  readonly similarity: number;
  /** No round is begun that, at the price of the dearest so far, could exceed it. */
  readonly maxUsd?: number | undefined;
}

/** `passed`: the outside judge has no more to ask for. `failed`: a round gave nothing. */
export type CycleStop = 'passed' | 'fixed-point' | 'similar' | 'plateau' | 'oscillation' | 'rounds' | 'cost' | 'failed' | 'aborted';

export interface CycleEnd {
  /** Every answer that was there, in order, the first included. */
  readonly rounds: readonly CycleRound[];
  /** Index of the best of them. */
  readonly kept: number;
  readonly stopped: CycleStop;
}

/**
 * Which round is the best depends on who can tell:
 * - with scores, the one with the highest, the earliest of equals; each round improves on it;
 * - with `prefersLater`, the last that was preferred to the best before it; each round improves on that one. Of a model that
 *   looks at its own answer without any signal from outside, the first answer is to be trusted more than the next
 *   (arXiv 2310.01798: 1 to 6.5 points are lost), so a later one has to be shown to be better;
 * - with neither, the round that agrees best with all others, the earliest of equals; each round improves on the last.
 */
export async function executeCycle(first: CycleAnswer, work: CycleWork, limits: CycleLimits): Promise<CycleEnd> {
  const rounds: CycleRound[] = [{ answer: first, score: (await work.score?.(first)) ?? null }];
  const scored = rounds[0]?.score !== null;
  const climbs = scored || work.prefersLater !== undefined;
  // What each round was made from, and what came of it: a round that was no better is gone back from.
  const trail: string[] = [textOf(first)];
  const similarities: number[] = [];
  let unchanged = 0;
  // Where nobody gives scores, each round that was preferred counts one more.
  const scores: number[] = [rounds[0]?.score ?? 0];
  let kept = 0;
  let spentUsd = work.spentUsd?.() ?? null;
  let dearestUsd = 0;
  let stopped: CycleStop | null = null;

  for (;;) {
    stopped = stopOf({ rounds, trail, similarities, unchanged, scores: climbs ? scores : [], spentUsd, dearestUsd }, work, limits);
    if (stopped !== null) break;
    const round = rounds.length;
    const base = (climbs ? rounds[kept] : rounds.at(-1)) as CycleRound;
    const given = textOf(base.answer);
    if (trail.at(-1) !== given) trail.push(given);
    work.onRound?.(round);
    const answer = await work.improve(base.answer, round);
    if (answer === null) {
      stopped = work.signal?.aborted === true ? 'aborted' : 'failed';
      break;
    }
    const came = textOf(answer);
    const next: CycleRound = { answer, score: (await work.score?.(answer)) ?? null };
    const changed = !isFixedPoint(given, came);
    const isBetter = changed && (scored ? (next.score ?? 0) > (base.score ?? 0) : ((await work.prefersLater?.(base.answer, answer, round)) ?? false));
    unchanged = changed ? 0 : unchanged + 1;
    rounds.push(next);
    trail.push(came);
    similarities.push(resemblance(given, came));
    if (isBetter) kept = round;
    scores.push(scored ? (next.score ?? 0) : (scores.at(-1) as number) + (isBetter ? 1 : 0));
    const now = work.spentUsd?.() ?? null;
    dearestUsd = Math.max(dearestUsd, (now ?? 0) - (spentUsd ?? 0));
    spentUsd = now;
  }
  return { rounds, kept: climbs ? kept : findConsensus(rounds.map(({ answer }) => textOf(answer))).index, stopped };
}

interface CycleState {
  readonly rounds: readonly CycleRound[];
  readonly trail: readonly string[];
  readonly similarities: readonly number[];
  /** Rounds in a row, up to the last, that gave back what they were given. */
  readonly unchanged: number;
  /** Empty where nobody can tell what is better. */
  readonly scores: readonly number[];
  readonly spentUsd: number | null;
  readonly dearestUsd: number;
}

/** Why no further round is begun, null when one is. */
function stopOf(state: CycleState, work: CycleWork, limits: CycleLimits): CycleStop | null {
  const { rounds, trail, similarities, unchanged, scores, spentUsd, dearestUsd } = state;
  const { patience, similarity: threshold } = limits;
  if (patience > 0) {
    const score = rounds.at(-1)?.score ?? null;
    if (score === 1) return 'passed';
    // As long as the judge asks for more, a round like the last is one that brought nothing, and no end by itself.
    if (score === null && unchanged >= patience) return 'fixed-point';
    if (score === null && oscillationPeriod(trail) !== null) return 'oscillation';
    if (score === null && isSettled(similarities, { threshold, patience })) return 'similar';
    if (isPlateau(scores, { patience })) return 'plateau';
  }
  if (rounds.length >= limits.maxRounds) return 'rounds';
  if (work.signal?.aborted === true) return 'aborted';
  if (limits.maxUsd !== undefined && (spentUsd === null || spentUsd + dearestUsd > limits.maxUsd)) return 'cost';
  return null;
}

function textOf(answer: CycleAnswer): string {
  return answer.join('\n\n');
}
