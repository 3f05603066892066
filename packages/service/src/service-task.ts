/** What a service is to learn, as plain data that a thread can be handed. */
import type { Arm } from '@ratchet/core';
import { type HeuristicArms, heuristicPolicy, type LearningTask, type Objective, randomPolicy, type UtilityPrices } from '@ratchet/learning';

export interface ServiceTask {
  /** Part of each snapshot: another service's is refused. */
  readonly name: string;
  readonly arms: readonly Arm[];
  readonly objective: Objective;
  readonly prices: UtilityPrices;
  /** Generation 0; null where every arm is tried alike. */
  readonly heuristic: HeuristicArms | null;
}

export function learningTaskOf({ arms, objective, prices, heuristic }: ServiceTask): LearningTask {
  return { arms, objective, prices, initialPolicy: heuristic === null ? randomPolicy(arms) : heuristicPolicy(heuristic) };
}
