/** `learned-execution`: the strategy stays with the heuristic, models and parameters within it are learned. Half of what `learned` learns, to see what it is worth. */
import { type Arm, type StrategyName, strategyNames } from '@ratchet/core';
import { z } from 'zod';
import type { Learner, LearningTask } from '../learner.ts';
import type { LearningEvent } from '../outcome.ts';
import { SnapshotError } from '../snapshot.ts';
import { type HeuristicArms, heuristicPolicy, heuristicStrategy } from './heuristic.ts';

export type StatesWithin<State> = Readonly<Record<StrategyName, State>>;

const savedSchema = z.strictObject({ direct: z.unknown(), batch: z.unknown(), orchestrate: z.unknown(), collaborate: z.unknown() });

/**
 * A learner for each strategy, which chooses among the arms of that strategy for the requests that the heuristic gives to it, and learns from
 * these alone. Without such an arm the heuristic's own is all there is.
 * @param make a learner of one strategy's arms
 */
export function learnerWithinStrategies<State>(
  task: LearningTask,
  heuristic: HeuristicArms,
  make: (task: LearningTask) => Learner<State>,
): Learner<StatesWithin<State>> {
  const of = <Value>(value: (strategy: StrategyName) => Value): Record<StrategyName, Value> =>
    Object.fromEntries(strategyNames.map((strategy) => [strategy, value(strategy)])) as Record<StrategyName, Value>;
  const armsOf = (strategy: StrategyName): readonly Arm[] => {
    const arms = task.arms.filter((arm) => arm.strategy === strategy);
    return arms.length > 0 ? arms : [heuristic[strategy]];
  };
  const learners = of((strategy) => make({ ...task, arms: armsOf(strategy), initialPolicy: heuristicPolicy(heuristic) }));
  return {
    name: 'learned-execution',
    initial: () => of((strategy) => learners[strategy].initial()),
    learn: (states, events) => {
      const own = Map.groupBy(events, ({ analysis }: LearningEvent) => heuristicStrategy(analysis));
      return of((strategy) => learners[strategy].learn(states[strategy], own.get(strategy) ?? []));
    },
    policy: (states, mode) => {
      const policies = of((strategy) => learners[strategy].policy(states[strategy], mode));
      return { name: 'learned-execution', decide: (analysis, random) => policies[heuristicStrategy(analysis)].decide(analysis, random) };
    },
    save: (states) => of((strategy) => learners[strategy].save(states[strategy])),
    restore: (saved) => {
      const parsed = savedSchema.safeParse(saved);
      if (!parsed.success) throw new SnapshotError('the state of learned-execution has not one part for each strategy. Train again');
      return of((strategy) => learners[strategy].restore(parsed.data[strategy]));
    },
  };
}
