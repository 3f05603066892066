/** The port for policies: from an analysis to a distribution over arms, and one arm drawn from it. */
import type { Analysis } from './analysis.ts';
import type { Arm } from './arm.ts';
import type { Random } from './random.ts';

export interface Candidate {
  readonly armId: string;
  /** The probability with which the policy chose, or would have chosen, this arm. */
  readonly propensity: number;
}

export interface Decision {
  readonly arm: Arm;
  readonly armId: string;
  /** In (0, 1]. */
  readonly propensity: number;
  /** Every arm with its exact probability; they sum to 1. Arms left out have probability 0. */
  readonly candidates: readonly Candidate[];
}

/** Immutable within a generation. */
export interface Policy {
  readonly name: string;
  decide(analysis: Analysis, random: Random): Decision;
}

/** A decision that leaves nothing to chance. */
export function certainDecision(arm: Arm, armId: string): Decision {
  return { arm, armId, propensity: 1, candidates: [{ armId, propensity: 1 }] };
}
