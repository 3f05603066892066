/** What a service is to learn, as plain data that a thread can be handed. */
import { type Arm, armId } from '@ratchet/core';
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

/** By id, those of generation 0 too, which may be no candidates of the learner's. */
export function armsById({ arms, heuristic }: Pick<ServiceTask, 'arms' | 'heuristic'>): ReadonlyMap<string, Arm> {
  return new Map([...arms, ...Object.values(heuristic ?? {})].map((arm) => [armId(arm), arm]));
}

export function learningTaskOf({ arms, objective, prices, heuristic }: ServiceTask): LearningTask {
  return { arms, objective, prices, initialPolicy: heuristic === null ? randomPolicy(arms) : heuristicPolicy(heuristic) };
}
