/** When an iteration has converged: four criteria over what its rounds have given so far, each a pure function. */
import { saysTheSame } from './resemblance.ts';

/** Fixed point: a round gave back what it was given, f(x) = x, white space aside. */
export function isFixedPoint(given: string, came: string): boolean {
  return saysTheSame(given, came);
}

/**
 * Similarity with patience: in each of the last `patience` rounds, what came resembled what was given by `threshold` or more.
 * The usual stop of iterative methods, |f(x) - x| small, several times in a row.
 * `similarities`: of each round, in [0, 1]; `patience` from 1 on.
 */
export function isSettled(similarities: readonly number[], { threshold, patience }: { readonly threshold: number; readonly patience: number }): boolean {
  return similarities.length >= patience && similarities.slice(-patience).every((similarity) => similarity >= threshold);
}

/**
 * Plateau: the last `patience` scores brought nothing above the best one before them by more than `leastGain`
 * (early stopping; L. Prechelt, "Early stopping - but when?", 1998). `patience` from 1 on.
 */
export function isPlateau(scores: readonly number[], { patience, leastGain = 0 }: { readonly patience: number; readonly leastGain?: number }): boolean {
  if (scores.length <= patience) return false;
  const best = (some: readonly number[]): number => some.reduce((most, score) => Math.max(most, score), Number.NEGATIVE_INFINITY);
  return best(scores.slice(-patience)) <= best(scores.slice(0, -patience)) + leastGain;
}

/**
 * Oscillation: the least period p of 2 or more after which the last text came again, null when it is new or repeats the
 * one before. Of a process whose next state depends on the last alone, a state that comes again is a cycle
 * (R. W. Floyd; D. E. Knuth, "The Art of Computer Programming", vol. 2, 3.1, exercise 6).
 */
export function oscillationPeriod(texts: readonly string[]): number | null {
  const last = texts.at(-1);
  if (last === undefined || texts.length < 3 || saysTheSame(texts.at(-2) as string, last)) return null;
  for (let period = 2; period < texts.length; period++) if (saysTheSame(texts[texts.length - 1 - period] as string, last)) return period;
  return null;
}
