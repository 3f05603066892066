/** What came of a decision, and the event that learners fold. */
import type { Analysis, Arm } from '@ratchet/core';

export interface Outcome {
  /** In [0, 1]; null when nobody has judged the answer (yet): missing, never zero. */
  readonly quality: number | null;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
}

/** A decision with its outcome, as learners see it. */
export interface LearningEvent {
  readonly id: string;
  readonly analysis: Analysis;
  readonly arm: Arm;
  /** The probability with which the arm was chosen. */
  readonly propensity: number;
  readonly outcome: Outcome;
}
