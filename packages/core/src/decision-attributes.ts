/** What a trace says of a decision: the arm, how likely it was, and how sure the policy was of its strategy. */
import type { Decision } from './policy.ts';

export type DecisionAttributes = {
  readonly armId: string;
  readonly strategy: string;
  /** Of this arm, in (0, 1]. */
  readonly propensity: number;
  /** `strategy_selection_confidence`: the probability of the chosen strategy, whatever its models and parameters; in (0, 1]. */
  readonly strategyConfidence: number;
  /** Arms that had a chance. */
  readonly contenders: number;
};

export function decisionAttributes({ arm, armId, propensity, candidates }: Decision): DecisionAttributes {
  const prefix = `${arm.strategy}/`;
  let strategyConfidence = 0;
  let contenders = 0;
  for (const candidate of candidates) {
    if (candidate.propensity > 0) contenders++;
    if (candidate.armId.startsWith(prefix)) strategyConfidence += candidate.propensity;
  }
  return { armId, strategy: arm.strategy, propensity, strategyConfidence: Math.min(1, strategyConfidence), contenders };
}
