import { type Arm, armId, armSchema } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrialRecord } from '../../src/experiment/trial.ts';
import { type TuningParts, tuneArms, utilityOfTrials } from '../../src/experiment/tune-arms.ts';
import { planTuning } from '../../src/experiment/tuning-plan.ts';
import type { Task } from '../../src/scenario/scenario.ts';
import { madeTrial } from './hand-made-run.ts';

const tasks = Array.from({ length: 30 }, (_, index): Task => ({ id: `t${index}`, group: `t${index}`, family: 'all', text: '', asks: [] }));
const family = (model: string, count: number): readonly Arm[] =>
  Array.from({ length: count }, (_, index) => armSchema.parse({ strategy: 'direct', model, temperature: index / 100 }));
const prices = { cost: 0, latency: 0, belowFloor: 0, margin: 0 };
const scale = { quality: 0, costUsd: null, latencyMs: null };

interface Call {
  readonly arm: string;
  readonly tasks: readonly string[];
}

/** Every arm has the quality that `qualityOf` says, on a task of which some are harder for all; null is a failure. */
function race(
  arms: readonly Arm[],
  qualityOf: (arm: Arm) => number | null,
  { keep = 1, firstTasks = 2, run }: { readonly keep?: number; readonly firstTasks?: number; readonly run?: TuningParts['run'] } = {},
) {
  const calls: Call[] = [];
  const execute: TuningParts['run'] = async (arm, some) => {
    calls.push({ arm: armId(arm), tasks: some.map(({ id }) => id) });
    return some.map(({ id }): TrialRecord => {
      const own = qualityOf(arm);
      return madeTrial({ policy: 'x', task: id, arm: armId(arm), quality: own === null ? null : own * (id.endsWith('3') ? 0.1 : 1) });
    });
  };
  const plan = planTuning({ arms }, { keep, eta: 3, firstTasks }, tasks.length);
  const tuned = tuneArms(plan, { arms, tasks, run: run ?? execute, score: (trials) => utilityOfTrials(trials, prices, scale) });
  return { plan, calls, tuned };
}

const better = (arm: Arm) => arm.temperature;

describe('tuneArms', () => {
  it('keeps the better arms of each family, and says what each rung kept', async () => {
    const { tuned } = race([...family('a', 9), ...family('b', 1), ...family('c', 4)], better);
    const { arms, races } = await tuned;
    expect(arms.map(armId)).toEqual(['direct/a?temperature=0.08', 'direct/b?temperature=0', 'direct/c?temperature=0.03']);
    expect(races).toMatchObject([
      {
        name: 'direct/a',
        raced: family('a', 9).map(armId),
        rungs: [
          { tasks: 2, raced: 9, kept: ['direct/a?temperature=0.08', 'direct/a?temperature=0.07', 'direct/a?temperature=0.06'] },
          { tasks: 6, raced: 3, kept: ['direct/a?temperature=0.08'] },
        ],
        kept: ['direct/a?temperature=0.08'],
      },
      { name: 'direct/c', kept: ['direct/c?temperature=0.03'] },
    ]);
  });

  it('runs each arm on the first tasks of one order, and on none of them twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 16 }),
        fc.integer({ min: 1, max: 40 }),
        async (first, second, keep, firstTasks) => {
          const { plan, calls, tuned } = race([...family('a', first), ...family('b', second)], better, { keep, firstTasks });
          const { arms } = await tuned;
          expect(arms.length).toBe(Math.min(16, Math.min(keep, first) + Math.min(keep, second)));
          const run = new Map<string, string[]>();
          for (const { arm, tasks: ids } of calls) run.set(arm, [...(run.get(arm) ?? []), ...ids]);
          for (const ids of run.values()) expect(ids).toEqual(tasks.slice(0, ids.length).map(({ id }) => id));
          expect([...run.values()].reduce((sum, ids) => sum + ids.length, 0)).toBe(plan.trials);
        },
      ),
    );
  });

  it('never keeps an arm that failed everywhere beside one that did not', async () => {
    const { tuned } = race(family('a', 6), (arm) => (arm.temperature > 0.02 ? null : 0.5), { keep: 3 });
    expect((await tuned).arms.map((arm) => arm.temperature)).toEqual([0, 0.01, 0.02]);
  });

  it('keeps the first arms of a family of which nothing is known', async () => {
    const { tuned } = race(family('a', 6), () => null, { keep: 2 });
    const { arms, races } = await tuned;
    expect(arms.map((arm) => arm.temperature)).toEqual([0, 0.01]);
    expect(races[0]?.rungs[0]?.kept).toEqual([]);
  });

  it('throws what ends the run, and begins nothing after it', async () => {
    let begun = 0;
    const stop = new Error('the budget ends here');
    const run: TuningParts['run'] = async (arm, some) => {
      begun++;
      if (begun === 4) throw stop;
      return some.map(({ id }) => madeTrial({ policy: 'x', task: id, arm: armId(arm) }));
    };
    await expect(race([...family('a', 9), ...family('b', 9)], better, { run }).tuned).rejects.toBe(stop);
    expect(begun).toBe(4);
  });
});

describe('utilityOfTrials', () => {
  const trials = [madeTrial({ policy: 'x', task: 'a', quality: 1, costUsd: 0.02 }), madeTrial({ policy: 'x', task: 'b', quality: 0.5, costUsd: 0.01 })];

  it('is the mean utility, less the penalty for a mean quality below the floor', () => {
    const own = { cost: 0.1, latency: 0, belowFloor: 2, margin: 0.05 };
    expect(utilityOfTrials(trials, own, { quality: 0.7, costUsd: 0.01, latencyMs: null })).toBeCloseTo(0.75 - 0.15, 12);
    expect(utilityOfTrials(trials, own, { quality: 0.9, costUsd: 0.01, latencyMs: null })).toBeCloseTo(0.75 - 0.15 - 2 * 0.1, 12);
  });

  it('leaves out what has no score, and is not a number where nothing has one', () => {
    const failed = madeTrial({ policy: 'x', task: 'c', quality: null });
    expect(utilityOfTrials([...trials, failed], prices, scale)).toBe(0.75);
    expect(utilityOfTrials([failed], prices, scale)).toBeNaN();
  });
});
