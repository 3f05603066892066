import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EmptySplitError, type Split, splitTasks } from '../../src/experiment/split.ts';
import type { Task } from '../../src/scenario/scenario.ts';

const shares = { train: 0.5, validation: 0.2, heldout: 0.3 };
const names = ['train', 'validation', 'heldout'] as const;
const task = (id: string, group: string): Task => ({ id, group, family: 'all', text: id, asks: [] });

/** Tasks in groups of at most five. */
const anyTasks = fc
  .array(fc.integer({ min: 1, max: 5 }), { minLength: 20, maxLength: 60 })
  .map((sizes) => sizes.flatMap((size, group) => Array.from({ length: size }, (_, index) => task(`g${group}-${index}`, `g${group}`))));
const anyShares = fc
  .tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 10 }))
  .map(([train, validation, heldout]) => {
    const sum = train + validation + heldout;
    return { train: train / sum, validation: validation / sum, heldout: heldout / sum };
  });
const anySeed = fc.integer({ min: 1, max: 1000 });

/** null where there are too few tasks for the shares. */
function splitOrNull(...args: Parameters<typeof splitTasks>): Split | null {
  try {
    return splitTasks(...args);
  } catch (error) {
    if (!(error instanceof EmptySplitError)) throw error;
    return null;
  }
}

describe('splitTasks', () => {
  it('puts every task into exactly one split', () => {
    fc.assert(
      fc.property(anyTasks, anyShares, anySeed, (tasks, given, seed) => {
        const split = splitOrNull(tasks, given, seed);
        fc.pre(split !== null);
        expect(names.flatMap((name) => split[name].map(({ id }) => id)).sort()).toEqual(tasks.map(({ id }) => id).sort());
      }),
    );
  });

  it('keeps groups together', () => {
    fc.assert(
      fc.property(anyTasks, anyShares, anySeed, (tasks, given, seed) => {
        const split = splitOrNull(tasks, given, seed);
        fc.pre(split !== null);
        const placesOf = new Map<string, Set<string>>();
        for (const name of names) for (const { group } of split[name]) placesOf.set(group, (placesOf.get(group) ?? new Set()).add(name));
        for (const places of placesOf.values()) expect(places.size).toBe(1);
      }),
    );
  });

  it('gives each split its share, to within the size of a group', () => {
    fc.assert(
      fc.property(anyTasks, anyShares, anySeed, (tasks, given, seed) => {
        const split = splitOrNull(tasks, given, seed);
        fc.pre(split !== null);
        const largest = Math.max(...tasks.map(({ group }) => tasks.filter((other) => other.group === group).length));
        for (const name of names) expect(Math.abs(split[name].length - given[name] * tasks.length)).toBeLessThanOrEqual(largest);
        // A group at the border goes where more than half of it belongs.
        expect(Math.abs(split.heldout.length - given.heldout * tasks.length)).toBeLessThanOrEqual(largest / 2 + 1e-9);
      }),
    );
  });

  it('gives nothing to a split whose share is 0', () => {
    fc.assert(
      fc.property(anyTasks, anyShares, anySeed, (tasks, given, seed) => {
        const split = splitOrNull(tasks, given, seed);
        fc.pre(split !== null);
        for (const name of names) if (given[name] === 0) expect(split[name]).toEqual([]);
      }),
    );
  });

  it('depends on the seed and the names of the groups, not on the order of the tasks', () => {
    const members = (split: Split) => Object.fromEntries(names.map((name) => [name, split[name].map(({ id }) => id).sort()]));
    fc.assert(
      fc.property(anyTasks, anySeed, (tasks, seed) => {
        const split = splitTasks(tasks, shares, seed);
        expect(splitTasks(tasks, shares, seed)).toEqual(split);
        expect(members(splitTasks([...tasks].reverse(), shares, seed))).toEqual(members(split));
      }),
    );
  });

  it('differs by seed', () => {
    const tasks = Array.from({ length: 40 }, (_, index) => task(`t${index}`, `t${index}`));
    const heldout = Array.from({ length: 30 }, (_, seed) =>
      splitTasks(tasks, shares, seed + 1)
        .heldout.map(({ id }) => id)
        .sort()
        .join(),
    );
    expect(new Set(heldout).size).toBe(30);
  });

  it('holds each task out as often as another, over many seeds', () => {
    const tasks = Array.from({ length: 20 }, (_, index) => task(`t${index}`, `t${index}`));
    const counts = new Map(tasks.map(({ id }) => [id, 0]));
    for (let seed = 1; seed <= 400; seed++) for (const { id } of splitTasks(tasks, shares, seed).heldout) counts.set(id, (counts.get(id) ?? 0) + 1);
    // 400 x 0.3 = 120 with a standard deviation of 9.2.
    for (const count of counts.values()) expect(Math.abs(count - 120)).toBeLessThan(5 * 9.2);
  });

  it('holds out the tasks of held-out data under every seed, and deals the others alone', () => {
    fc.assert(
      fc.property(anyTasks, anyTasks, anyShares, anySeed, (some, others, given, seed) => {
        fc.pre(given.train > 0 && given.validation > 0);
        const heldout = others.map((one): Task => ({ ...one, id: `own ${one.id}`, group: `own ${one.group}`, purpose: 'heldout' }));
        const learning = some.map((one): Task => ({ ...one, purpose: 'learning' }));
        const split = splitOrNull([...heldout, ...learning], given, seed);
        fc.pre(split !== null);
        expect(split.heldout).toEqual(heldout);
        const sum = given.train + given.validation;
        const alone = splitTasks(some, { train: given.train / sum, validation: given.validation / sum, heldout: 0 }, seed);
        const ids = (tasks: readonly Task[]) => tasks.map(({ id }) => id);
        expect([ids(split.train), ids(split.validation)]).toEqual([ids(alone.train), ids(alone.validation)]);
        expect(Math.abs(split.validation.length - (given.validation / sum) * learning.length)).toBeLessThanOrEqual(5);
      }),
    );
  });

  it('never takes held-out tasks from the data to learn on, when none of the held-out data is left', () => {
    const learning = Array.from({ length: 30 }, (_, index): Task => ({ ...task(`t${index}`, `t${index}`), purpose: 'learning' }));
    expect(() => splitTasks(learning, shares, 1)).toThrow('the heldout split has no tasks: of the held-out data none is left');
    const heldout: Task = { ...task('h', 'h'), purpose: 'heldout' };
    expect(() => splitTasks([...learning, heldout], { train: 0, validation: 0, heldout: 1 }, 1)).toThrow('the train and validation splits have no share');
    expect(() => splitTasks([heldout], shares, 1)).toThrow('the validation and train split has no tasks');
  });

  it.each([
    ['one task', [task('a', 'a')]],
    ['one group', Array.from({ length: 30 }, (_, index) => task(`t${index}`, 'all'))],
    ['no tasks', []],
  ])('says what to do when a split gets none: %s', (_what, tasks) => {
    let thrown: unknown;
    try {
      splitTasks(tasks, shares, 1);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(EmptySplitError);
    expect((thrown as EmptySplitError).kind).toBe('empty-split');
    expect((thrown as EmptySplitError).message).toMatch(
      /^the .* split has no tasks: \d+ tasks in \d groups cannot be split .*\. Give more tasks \(raise --limit, widen --filter\) or change `split`$/,
    );
  });
});
