import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HalvingSettings, halvingRungs, successiveHalving } from '../../src/tuning/successive-halving.ts';

const settings = fc.record({
  eta: fc.integer({ min: 2, max: 5 }),
  firstBudget: fc.integer({ min: 1, max: 10 }),
  mostBudget: fc.integer({ min: 10, max: 1000 }),
  keep: fc.integer({ min: 1, max: 16 }),
});
/** undefined throws. */
const scores = fc.array(
  fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -5, max: 5 }) }, { weight: 1, arbitrary: fc.constantFrom(Number.NaN, Infinity, undefined) }),
  {
    maxLength: 80,
  },
);

describe('successiveHalving', () => {
  it('keeps exactly the best when scores have no noise, equal ones by position, and none that failed', async () => {
    await fc.assert(
      fc.asyncProperty(scores, settings, async (all, by) => {
        const { kept, ranking } = await run(all, by);
        const finite = all.map((_, position) => position).filter((position) => Number.isFinite(all[position]));
        const best = finite.toSorted((a, b) => (all[b] as number) - (all[a] as number));
        expect(kept).toEqual(best.slice(0, by.keep));
        expect(ranking.map(({ position }) => position).slice(0, best.length)).toEqual(best);
        expect(ranking.map(({ position }) => position).toSorted((a, b) => a - b)).toEqual(all.map((_, position) => position));
        expect(ranking.filter(({ end }) => end.kind === 'failed').length).toBe(all.length - finite.length);
      }),
    );
  });

  it('evaluates what it said it would when nothing fails, and less when something does', async () => {
    await fc.assert(
      fc.asyncProperty(scores, settings, async (all, by) => {
        const calls: number[] = [];
        const { rungs, evaluations, budgetSpent } = await run(all, by, (budget) => calls.push(budget));
        const plan = halvingRungs(all.length, by);
        expect(calls.length).toBe(evaluations);
        expect(calls.reduce((sum, budget) => sum + budget, 0)).toBe(budgetSpent);
        rungs.forEach((rung, index) => {
          expect(rung.budget).toBe(plan[index]?.budget);
          expect(rung.configurations).toBeLessThanOrEqual(plan[index]?.configurations as number);
          expect(rung.passed.length).toBeLessThanOrEqual(rung.configurations);
        });
        if (all.every(Number.isFinite)) expect(rungs.map(({ configurations, budget }) => ({ configurations, budget }))).toEqual(plan);
      }),
    );
  });

  it('does not depend on which evaluation ends first', async () => {
    const ended: number[] = [];
    const positions = Array.from({ length: 50 }, (_, position) => position);
    const by: HalvingSettings = { eta: 3, firstBudget: 2, keep: 4 };
    const mixed = await successiveHalving(positions, by, async (position) => {
      for (let turn = position; turn < 50; turn++) await Promise.resolve();
      ended.push(position);
      return Math.sin(position);
    });
    expect(ended.slice(0, 50)).toEqual(positions.toReversed());
    expect(mixed).toEqual(await successiveHalving(positions, by, async (position) => Math.sin(position)));
  });

  it('ranks one that failed on a later rung behind all that did not', async () => {
    const failing = await successiveHalving([10, 9, 8, 7, 6, 5], { eta: 2, firstBudget: 1, keep: 1 }, async (score, budget) => {
      if (score === 10 && budget > 1) throw new Error('out of credit');
      return score;
    });
    expect(failing.kept).toEqual([9]);
    expect(failing.ranking.map(({ configuration }) => configuration)).toEqual([9, 8, 7, 6, 5, 10]);
    expect(failing.ranking.at(-1)).toMatchObject({ budget: 2, end: { kind: 'failed', error: expect.objectContaining({ message: 'out of credit' }) } });
  });

  it('lets the position decide between equal scores, not the rung before', async () => {
    const by: HalvingSettings = { eta: 2, firstBudget: 1, keep: 1 };
    const { kept, rungs } = await successiveHalving([1, 2, 3, 4, 5, 6, 7, 8], by, async (score, budget) => (budget === 1 ? score : 0));
    expect(rungs.map(({ passed }) => passed)).toEqual([[7, 6, 5, 4], [4, 5], [4]]);
    expect(kept).toEqual([5]);
  });

  it('survives an evaluation that throws before it promises anything', async () => {
    const thrown = await successiveHalving([1, 2], { eta: 2, firstBudget: 1, keep: 1 }, (score) => {
      if (score === 2) throw new Error('refused');
      return Promise.resolve(score);
    });
    expect(thrown.kept).toEqual([1]);
  });

  it('finds the best with common random numbers where luck of its own for each would hide it', async () => {
    const found = async (common: boolean): Promise<number> => {
      let best = 0;
      for (let seed = 0; seed < 40; seed++) {
        const random = seededRandom('tuning', seed);
        // The best is 0.05 ahead, and tasks differ by 0.5.
        const { kept } = await successiveHalving(
          Array.from({ length: 27 }, (_, position) => position),
          { eta: 3, firstBudget: 4, keep: 1 },
          async (position, budget) => {
            const task = (index: number) =>
              0.5 * (common ? random.normal(index) : random.normal(index, position)) + 0.02 * random.normal('own', index, position);
            return (position === 13 ? 0.05 : 0) + Array.from({ length: budget }, (_, index) => task(index)).reduce((sum, value) => sum + value, 0) / budget;
          },
        );
        if (kept[0] === 13) best += 1;
      }
      return best / 40;
    };
    expect(await found(true)).toBeGreaterThan(0.95);
    expect(await found(false)).toBeLessThan(0.4);
  });
});

describe('halvingRungs', () => {
  it('divides by eta and multiplies the budget by it, until no more are left than are to be kept', () => {
    expect(halvingRungs(64, { eta: 2, firstBudget: 8 })).toEqual([
      { configurations: 64, budget: 8 },
      { configurations: 32, budget: 16 },
    ]);
    expect(halvingRungs(27, { eta: 3, firstBudget: 4, mostBudget: 30, keep: 1 })).toEqual([
      { configurations: 27, budget: 4 },
      { configurations: 9, budget: 12 },
      { configurations: 3, budget: 30 },
    ]);
    expect(halvingRungs(5, { eta: 2, firstBudget: 8 })).toEqual([{ configurations: 5, budget: 8 }]);
    expect(halvingRungs(0, { eta: 2, firstBudget: 8 })).toEqual([]);
  });

  it('refuses settings that cannot be meant', () => {
    for (const wrong of [
      { eta: 1, firstBudget: 1 },
      { eta: 2.5, firstBudget: 1 },
      { eta: 2, firstBudget: 0 },
      { eta: 2, firstBudget: 8, mostBudget: 4 },
      { eta: 2, firstBudget: 8, keep: 17 },
      { eta: 2, firstBudget: 8, keep: 0 },
    ]) {
      expect(() => halvingRungs(10, wrong)).toThrow(RangeError);
    }
  });
});

/** The configurations are the positions of their scores. */
function run(all: readonly (number | undefined)[], by: HalvingSettings, told: (budget: number) => void = () => {}) {
  return successiveHalving(
    all.map((_, position) => position),
    by,
    async (position, budget) => {
      told(budget);
      const score = all[position];
      if (score === undefined) throw new Error('it threw');
      return score;
    },
  );
}
