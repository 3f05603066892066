/** `heuristic`: generation 0 of the original plan, on the structure of the request instead of its words. */
import { type Analysis, type Arm, armId, certainDecision, type Policy, type StrategyName } from '@ratchet/core';

export type HeuristicArms = Readonly<Record<StrategyName, Arm>>;

/** From this complexity on, several experts are asked. */
export const collaborateFrom = 0.9;

export function heuristicStrategy({ structure, complexity }: Analysis): StrategyName {
  if (complexity.score >= collaborateFrom) return 'collaborate';
  if (structure.chunks === 1) return 'direct';
  return structure.edges > 0 ? 'orchestrate' : 'batch';
}

export function heuristicPolicy(arms: HeuristicArms): Policy {
  return {
    name: 'heuristic',
    decide: (analysis) => {
      const arm = arms[heuristicStrategy(analysis)];
      return certainDecision(arm, armId(arm));
    },
  };
}
