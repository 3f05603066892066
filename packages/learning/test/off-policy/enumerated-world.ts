/** A world small enough to enumerate: every context with every arm, as often as the logging policy would execute it. */
import fc from 'fast-check';
import type { LoggedDecision } from '../../src/off-policy/logged-decision.ts';

export interface Context {
  /** Logging executes arm k in counts[k] of all visits; at least 1. */
  readonly counts: readonly number[];
  readonly outcomes: readonly number[];
  readonly predictions: readonly number[];
  readonly target: readonly number[];
}

const arms = 3;
const visits = 12;
const value = fc.double({ min: -5, max: 5, noNaN: true });
const vector = fc.array(value, { minLength: arms, maxLength: arms });
/** The pieces of `visits` between two cuts, none of them empty. */
const counts = fc.uniqueArray(fc.integer({ min: 1, max: visits - 1 }), { minLength: arms - 1, maxLength: arms - 1 }).map((cuts) => {
  const [low, high] = [Math.min(...cuts), Math.max(...cuts)];
  return [low, high - low, visits - high];
});
/** Even enough that no policy is refused for its effective sample size. */
export const distribution = fc.array(fc.double({ min: 0.3, max: 1, noNaN: true }), { minLength: arms, maxLength: arms }).map((weights) => {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
});

export const contexts = fc.array(fc.record({ counts, outcomes: vector, predictions: vector, target: distribution }), { minLength: 2, maxLength: 5 });

/** Averages over this log are exact expectations under the logging policy. Every decision is a cluster of its own. */
export function enumerateLog(world: readonly Context[], claimed?: (context: Context) => readonly number[]): readonly LoggedDecision[] {
  return world.flatMap((context, index) =>
    context.counts.flatMap((count, arm) =>
      Array.from({ length: count }, (_, visit) => ({
        cluster: `${index} ${arm} ${visit}`,
        arm,
        propensities: claimed?.(context) ?? context.counts.map((of) => of / visits),
        outcome: context.outcomes[arm] as number,
        predictions: context.predictions,
      })),
    ),
  );
}

export function targetsOf(world: readonly Context[], probabilities: (context: Context) => readonly number[] = ({ target }) => target) {
  return world.flatMap((context) => Array.from({ length: visits }, () => probabilities(context)));
}

/** What the target policy is worth: each context is visited alike. */
export function trueValue(world: readonly Context[], probabilities: (context: Context) => readonly number[] = ({ target }) => target): number {
  const values = world.map((context) => context.outcomes.reduce((sum, outcome, arm) => sum + outcome * (probabilities(context)[arm] as number), 0));
  return values.reduce((sum, one) => sum + one, 0) / world.length;
}
