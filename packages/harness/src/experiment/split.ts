/** Splits tasks into train, validation and held-out by hash, whole groups together, anew for every seed. */
import { type Random, RatchetError, seededRandom } from '@ratchet/core';
import type { Task } from '../scenario/scenario.ts';

export interface Split {
  readonly train: readonly Task[];
  readonly validation: readonly Task[];
  readonly heldout: readonly Task[];
}

export class EmptySplitError extends RatchetError {
  readonly kind = 'empty-split';
}

type Shares = { readonly [Name in keyof Split]: number };

/**
 * Groups in the order of their hash with the seed; the first ones go to held-out, the next to validation, the rest to
 * train, until each has its share of the tasks. Where held-out tasks have data of their own, these are held out under
 * every seed, and train and validation share the others as they would. Throws an `EmptySplitError` when a split that
 * should have tasks gets none.
 */
export function splitTasks(tasks: readonly Task[], shares: Shares, seed: number): Split {
  if (tasks.every(({ purpose }) => purpose === undefined)) return dealTasks(tasks, shares, seed);
  const heldout = tasks.filter(({ purpose }) => purpose === 'heldout');
  const learned = shares.train + shares.validation;
  if (heldout.length === 0)
    throw new EmptySplitError('the heldout split has no tasks: of the held-out data none is left. Give more tasks (raise --limit, widen --filter)');
  if (learned === 0) throw new EmptySplitError('the train and validation splits have no share, and the data to learn on is for them: change `split`');
  const own = { train: shares.train / learned, validation: shares.validation / learned, heldout: 0 };
  const learning = tasks.filter(({ purpose }) => purpose !== 'heldout');
  return { ...dealTasks(learning, own, seed), heldout };
}

function dealTasks(tasks: readonly Task[], shares: Shares, seed: number): Split {
  const random: Random = seededRandom('split', seed);
  const groups = new Map<string, Task[]>();
  for (const task of tasks) {
    const group = groups.get(task.group);
    if (group === undefined) groups.set(task.group, [task]);
    else group.push(task);
  }
  const ordered = [...groups.entries()].map(([name, members]) => ({ members, at: random.uniform(name) })).sort((a, b) => a.at - b.at);
  const split: Record<keyof Split, Task[]> = { heldout: [], validation: [], train: [] };
  const names = (['heldout', 'validation', 'train'] as const).filter((name) => shares[name] > 0);
  let taken = 0;
  let current = 0;
  let limit = shares[names[0] as keyof Split] * tasks.length;
  for (const [position, { members }] of ordered.entries()) {
    const left = ordered.length - position;
    const later = names.length - 1 - current;
    const filled = split[names[current] as keyof Split].length > 0;
    // A group goes where more than half of it belongs; but no split stays empty while there are groups enough.
    if (filled && later > 0 && (taken + members.length / 2 > limit || left <= later)) {
      current++;
      limit += shares[names[current] as keyof Split] * tasks.length;
    }
    split[names[current] as keyof Split].push(...members);
    taken += members.length;
  }
  const empty = names.filter((name) => split[name].length === 0);
  if (empty.length > 0) {
    throw new EmptySplitError(
      `the ${empty.join(' and ')} split has no tasks: ${tasks.length} tasks in ${groups.size} groups cannot be split ${JSON.stringify(shares)}. Give more tasks (raise --limit, widen --filter) or change \`split\``,
    );
  }
  return split;
}
