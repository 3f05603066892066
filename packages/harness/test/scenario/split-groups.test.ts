import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Groupable, splitGroups } from '../../src/scenario/split-groups.ts';

const anyTasks: fc.Arbitrary<readonly Groupable[]> = fc
  .uniqueArray(fc.nat(40), { maxLength: 25 })
  .chain((ids) =>
    fc.tuple(...ids.map((id) => fc.record({ id: fc.constant(`t${id}`), shares: fc.array(fc.constantFrom(...'abcdefghijklmn'), { maxLength: 3 }) }))),
  );

/** By the definition: the tasks that are reached over what is shared, step by step. */
function reachable(from: Groupable, tasks: readonly Groupable[]): readonly string[] {
  const found = new Set([from]);
  for (const one of found) for (const other of tasks) if (other.shares.some((name) => one.shares.includes(name))) found.add(other);
  return [...found].map(({ id }) => id).sort();
}

describe('splitGroups', () => {
  it('puts those tasks together, and only those, that are connected by what they share', () => {
    fc.assert(
      fc.property(anyTasks, (tasks) => {
        const groups = splitGroups(tasks);
        for (const task of tasks)
          expect(
            tasks
              .filter(({ id }) => groups.get(id) === groups.get(task.id))
              .map(({ id }) => id)
              .sort(),
          ).toEqual(reachable(task, tasks));
      }),
    );
  });

  it('names a group by its smallest task id, whatever the order of the tasks', () => {
    fc.assert(
      fc.property(anyTasks, fc.infiniteStream(fc.nat()), (tasks, order) => {
        const keyed = tasks.map((task) => ({ task, at: order.next().value ?? 0 })).sort((a, b) => a.at - b.at);
        const [groups, shuffled] = [splitGroups(tasks), splitGroups(keyed.map(({ task }) => task))];
        for (const task of tasks) {
          expect(groups.get(task.id)).toBe(reachable(task, tasks)[0]);
          expect(shuffled.get(task.id)).toBe(groups.get(task.id));
        }
      }),
    );
  });

  it('follows a chain of 20,000 tasks', () => {
    const tasks = Array.from({ length: 20_000 }, (_, index) => ({ id: `t${String(index).padStart(5, '0')}`, shares: [`s${index}`, `s${index + 1}`] }));
    expect(new Set(splitGroups(tasks).values())).toEqual(new Set(['t00000']));
  });
});
