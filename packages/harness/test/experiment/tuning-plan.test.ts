import { type Arm, armId, armSchema, parseArmId } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TuningSettings, tuningSchema } from '../../src/experiment/experiment-file.ts';
import { planTuning } from '../../src/experiment/tuning-plan.ts';
import { tinyPlan } from './tiny-experiment.ts';

const arms = (...ids: readonly string[]): readonly Arm[] => ids.map(parseArmId);
const direct = (model: string, ...temperatures: readonly number[]): readonly Arm[] =>
  temperatures.map((temperature) => armSchema.parse({ strategy: 'direct', model, temperature }));
const heuristic = { direct: 'direct/m', batch: 'batch/m', orchestrate: 'orchestrate/m', collaborate: 'collaborate/m' };
const heuristicArms = Object.fromEntries(Object.entries(heuristic).map(([name, id]) => [name, parseArmId(id)])) as never;
const settings = (given: Partial<TuningSettings> = {}): TuningSettings => tuningSchema.parse(given);

describe('planTuning', () => {
  it('races arms that differ in their parameters alone, and no others', () => {
    const { families, unrivalled, final } = planTuning(
      { arms: [...direct('a', 0, 0.2, 0.4), ...direct('b', 0), ...arms('batch/a', 'orchestrate/a+b', 'orchestrate/a', 'collaborate/a+b', 'collaborate/b+a')] },
      settings({ keep: 1 }),
      100,
    );
    expect(families.map(({ name, arms: raced }) => [name, raced.map(armId)])).toEqual([
      ['direct/a', ['direct/a?temperature=0', 'direct/a?temperature=0.2', 'direct/a?temperature=0.4']],
    ]);
    expect(unrivalled.map(armId)).toEqual(['direct/b?temperature=0', 'batch/a', 'orchestrate/a+b', 'orchestrate/a', 'collaborate/a+b', 'collaborate/b+a']);
    expect(final).toBeNull();
  });

  it('races no arm of the heuristic, and no family with as many arms as it may keep', () => {
    const all = [...arms(...Object.values(heuristic)), ...direct('m', 0, 0.1, 0.2)];
    const raced = (keep: number) =>
      planTuning({ arms: all, heuristic: heuristicArms }, settings({ keep }), 100).families.map((family) => family.arms.map(armId));
    expect(raced(2)).toEqual([['direct/m?temperature=0', 'direct/m?temperature=0.1', 'direct/m?temperature=0.2']]);
    expect(raced(3)).toEqual([]);
    expect(planTuning({ arms: all, heuristic: heuristicArms }, settings(), 100).heuristic.map(armId)).toEqual(Object.values(heuristic));
  });

  it('counts what each rung adds: 9 arms on 4 tasks, 3 on 8 more', () => {
    const nine = direct('a', 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 0.9);
    expect(planTuning({ arms: nine }, settings({ keep: 1, firstTasks: 4 }), 100).trials).toBe(9 * 4 + 3 * 8);
    // No more tasks than there are.
    expect(planTuning({ arms: nine }, settings({ keep: 1, firstTasks: 4 }), 6).trials).toBe(9 * 4 + 3 * 2);
    expect(planTuning({ arms: nine }, settings({ keep: 1, firstTasks: 40 }), 6).trials).toBe(9 * 6);
  });

  it('races all that are left where they are more than sixteen with the heuristic, without running again what was run', () => {
    const single = Array.from({ length: 14 }, (_, index) => `direct/s${index}`);
    const all = [...arms(...Object.values(heuristic), ...single), ...direct('a', 0, 0.1, 0.2)];
    const { final, trials } = planTuning({ arms: all, heuristic: heuristicArms }, settings({ keep: 1, firstTasks: 5 }), 100);
    // The family: 3 arms on 5 tasks. Then 15 arms, of which one has been on them.
    expect(final).toEqual({ name: 'all', settings: { eta: 3, firstBudget: 5, mostBudget: 100, keep: 12 } });
    expect(trials).toBe(3 * 5 + 14 * 5);
    expect(planTuning({ arms: all.slice(2), heuristic: heuristicArms }, settings({ keep: 1 }), 100).final).not.toBeNull();
    expect(planTuning({ arms: all.slice(4) }, settings({ keep: 1 }), 100).final).toBeNull();
  });

  it('has races for any settings and any number of tasks', () => {
    fc.assert(
      fc.property(
        fc.record({ keep: fc.integer({ min: 1, max: 16 }), eta: fc.integer({ min: 2, max: 5 }), firstTasks: fc.integer({ min: 1, max: 50 }) }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 25 }),
        (tuning, tasks, count) => {
          const all = [...Array(count).keys()].flatMap((index) => direct(index % 3 === 0 ? 'a' : `m${index}`, index / 20));
          const { families, unrivalled, trials } = planTuning({ arms: all }, tuning, tasks);
          expect([...families.flatMap((family) => family.arms), ...unrivalled].map(armId).sort()).toEqual(all.map(armId).sort());
          expect(trials).toBeLessThanOrEqual(count * tasks);
        },
      ),
    );
  });
});

describe('the tuning of an experiment', () => {
  it('is off unless the file says otherwise, and part of the identity of the plan', () => {
    expect(tinyPlan().experiment).not.toHaveProperty('tuning');
    const ids = [tinyPlan(), tinyPlan({ tuning: {} }), tinyPlan({ tuning: { keep: 1 } })].map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect(tinyPlan({ tuning: {} }).experiment.tuning).toEqual({ keep: 2, eta: 3, firstTasks: 8 });
  });

  it.each([{ keep: 0 }, { keep: 17 }, { eta: 1 }, { firstTasks: 0 }, { keep: 1.5 }, { kept: 3 }])('refuses %j', (tuning) => {
    expect(tuningSchema.safeParse(tuning).success).toBe(false);
  });
});
