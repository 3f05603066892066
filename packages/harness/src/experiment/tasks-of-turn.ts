/** Which training tasks are run when. */
import { type Random, seededRandom } from '@ratchet/core';
import type { Task } from '../scenario/scenario.ts';

/** Which training tasks a turn runs: all, or a share that is drawn anew each turn, in the order of the scenario. */
export function tasksOfTurn(train: readonly Task[], share: number, seed: number, turn: number): readonly Task[] {
  if (share === 1) return train;
  const random = seededRandom('turn', seed, turn);
  const count = Math.max(1, Math.round(share * train.length));
  const chosen = new Set(shuffled(train, random).slice(0, count));
  return train.filter((task) => chosen.has(task));
}

export function shuffled(tasks: readonly Task[], random: Random): readonly Task[] {
  return tasks
    .map((task) => ({ task, at: random.uniform(task.id) }))
    .sort((a, b) => a.at - b.at)
    .map(({ task }) => task);
}
