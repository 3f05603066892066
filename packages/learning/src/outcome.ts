/** What came of a decision, and the event that learners fold. */
import type { Analysis, Arm } from '@ratchet/core';

export interface Outcome {
  /** In [0, 1]; null when nobody has judged the answer (yet): missing, never zero. */
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
}

/**
 * A decision with its outcome, as learners see it. Its quality may come later, as an event with the same id: what was
 * folded of an id is not folded again.
 */
export interface LearningEvent {
  readonly id: string;
  readonly analysis: Analysis;
  readonly arm: Arm;
  /** The probability with which the arm was chosen, in (0, 1]. */
  readonly propensity: number;
  readonly outcome: Outcome;
  /** Who judged it; one tenant's share in what is learned is capped. */
  readonly tenant?: string;
  /**
   * `bandit` (the default): only the chosen arm's outcome is seen. `full`: every arm's outcome on the request is in the log,
   * each with propensity 1, as in an imported table. One learner never sees both.
   */
  readonly feedback?: 'bandit' | 'full';
}
