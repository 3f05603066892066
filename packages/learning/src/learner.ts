/** The interface of learners: they fold outcomes into a state, from which the next policy is made. */
import type { Arm, Policy } from '@ratchet/core';
import type { Objective, UtilityPrices } from './objective.ts';
import type { LearningEvent } from './outcome.ts';

/** What a learner is told of its world before the first outcome. */
export interface LearningTask {
  /** Candidates, each once. */
  readonly arms: readonly Arm[];
  readonly objective: Objective;
  readonly prices: UtilityPrices;
  /** Generation 0: what serves, and explores, before anything is learned. */
  readonly initialPolicy: Policy;
}

/** `explore` while learning, `exploit` to be judged and to serve. */
export type PolicyMode = 'explore' | 'exploit';

export interface Learner<State = unknown> {
  readonly name: string;
  initial(): State;
  /** Pure; `state = generations.reduce(learn, initial())`. Events of a generation come in the order of their trials. */
  learn(state: State, events: readonly LearningEvent[]): State;
  policy(state: State, mode: PolicyMode): Policy;
  /** JSON of a state, and back. `restore` throws a `SnapshotError` for anything that `save` did not give. */
  save(state: State): unknown;
  restore(saved: unknown): State;
}
