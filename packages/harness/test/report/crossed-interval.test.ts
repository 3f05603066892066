import { seededRandom } from '@ratchet/core';
import { describe, expect, it } from 'vitest';
import { type CrossedTerm, crossedInterval } from '../../src/report/crossed-interval.ts';

/** Seeds and tasks each with an effect of their own, and chance in each. */
function crossed(name: string, { seeds, tasks }: { readonly seeds: number; readonly tasks: number }): readonly CrossedTerm[] {
  const random = seededRandom('crossed', name);
  return Array.from({ length: seeds }, (_, seed) =>
    Array.from({ length: tasks }, (_task, task) => ({
      seed,
      task: `${task}`,
      sum: 0.03 * random.normal('seed', seed) + 0.1 * random.normal('task', task) + 0.1 * random.normal(seed, task),
      whole: 1,
    })),
  ).flat();
}

describe('crossedInterval', () => {
  it('holds the truth as often as it says, or nearly, with five seeds', () => {
    const held = Array.from({ length: 100 }, (_, time) => {
      const { low, high } = crossedInterval(crossed(`${time}`, { seeds: 5, tasks: 30 }), seededRandom(time));
      return low <= 0 && 0 <= high;
    }).filter(Boolean).length;
    expect(held).toBeGreaterThanOrEqual(92);
  });

  it('is a ratio of sums: what weighs more counts more', () => {
    const terms = [
      { seed: 1, task: 'a', sum: 3, whole: 3 },
      { seed: 1, task: 'b', sum: 0, whole: 1 },
    ];
    const { estimate, low, high } = crossedInterval(terms, seededRandom(1));
    expect([estimate, low, high]).toEqual([0.75, 0, 1]);
  });

  it('has no width where nothing varies, and gives the same every time', () => {
    const terms = [1, 2].flatMap((seed) => ['a', 'b'].map((task) => ({ seed, task, sum: 0.5, whole: 1 })));
    expect(crossedInterval(terms, seededRandom(1))).toEqual({ estimate: 0.5, low: 0.5, high: 0.5 });
    const varying = crossed('same', { seeds: 3, tasks: 5 });
    expect(crossedInterval(varying, seededRandom(1))).toEqual(crossedInterval(varying, seededRandom(1)));
  });
});
