import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JudgedRun, judgeRegression } from '../../src/report/judge-regression.ts';
import { readTaskOutcomes, type TaskOutcome, taskOutcomes, tasksCsv } from '../../src/report/task-outcomes.ts';
import { madeRun, madeTrial, taskIds } from '../experiment/hand-made-run.ts';
import { tinyPlan } from '../experiment/tiny-experiment.ts';
import { exampleSummary, withoutGenerations } from './example-summary.ts';

const summary = exampleSummary();
const named = (index: number) => `task ${String(index).padStart(3, '0')}`;

/** Outcomes of `learned` on so many tasks; `quality` is what each of 8 trials comes to. */
function outcomesOf(count: number, quality: (task: number) => number, change: Partial<TaskOutcome> = {}): readonly TaskOutcome[] {
  return Array.from({ length: count }, (_, task) => ({
    policy: 'learned',
    seed: 1,
    task: named(task),
    trials: 8,
    scored: 8,
    quality: quality(task),
    costUsd: 0.01,
    latencyMs: 1000,
    ...change,
  }));
}
const run = (tasks: JudgedRun['tasks']): JudgedRun => ({ summary, tasks });
const checkOf = (checks: ReturnType<typeof judgeRegression>, metric: string) =>
  checks.find(({ name }) => name === `${metric} of learned against the reference`);

describe('a run against its reference, task by task', () => {
  it('is no regression where nothing differs, whatever the tasks came to', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }), (qualities) => {
        const tasks = outcomesOf(qualities.length, (task) => qualities[task] as number);
        for (const { passed, tasks: lost } of judgeRegression(run(tasks), run(tasks))) expect([passed, lost]).toEqual([true, undefined]);
      }),
      { numRuns: 30 },
    );
  });

  it('fails by quality that is surely lost, and names the tasks, the worst first', () => {
    const before = outcomesOf(100, () => 0.9);
    const after = outcomesOf(100, (task) => (task === 7 ? 0 : task < 40 ? 0.8 : 0.9));
    const quality = checkOf(judgeRegression(run(after), run(before)), 'quality');
    expect(quality?.passed).toBe(false);
    expect(quality?.detail).toMatch(/^-4\.80 points .*100 tasks in pairs/);
    expect(quality?.tasks?.slice(0, 2)).toEqual([named(7), named(0)]);
    expect(quality?.tasks).toHaveLength(40);
  });

  it('gives no verdict where what is lost may as well be within the tolerance', () => {
    // One task in a hundred lost two thirds: the mean is lower by 0.7 points, and may well not be.
    const one = outcomesOf(100, (task) => (task === 7 ? 0.2 : 0.9));
    expect(checkOf(judgeRegression(run(one), run(outcomesOf(100, () => 0.9))), 'quality')?.passed).toBe(true);
  });

  it('fails by cost or latency that is surely more than a tenth higher, and not by a tenth', () => {
    const before = outcomesOf(50, () => 1);
    const dearer = outcomesOf(50, () => 1, { costUsd: 0.012, latencyMs: 1099 });
    const checks = judgeRegression(run(dearer), run(before));
    expect([checkOf(checks, 'costUsd')?.passed, checkOf(checks, 'latencyMs')?.passed]).toEqual([false, true]);
    expect(checkOf(checks, 'costUsd')?.detail).toMatch(/^\+20\.0%/);
  });

  it('fails by tasks that have no score any more, and names them', () => {
    const before = outcomesOf(10, () => 1);
    const after = before.map((one, task) => (task < 2 ? { ...one, scored: 0, quality: null } : one)).slice(0, 9);
    const [complete] = judgeRegression(run(after), run(before));
    expect(complete).toMatchObject({ passed: false, tasks: [named(0), named(1), named(9)] });
  });

  it('does not judge chance and bounds', () => {
    const tasks = [...outcomesOf(5, () => 1), ...outcomesOf(5, () => 1, { policy: 'random' })];
    expect(judgeRegression(run(tasks), run(tasks)).filter(({ name }) => /random|oracle|best-/.test(name))).toEqual([]);
  });

  it('compares means where the reference has no table of its tasks, and says so', () => {
    const worse = structuredClone(summary);
    const learned = worse.policies['learned'] as (typeof worse.policies)[string];
    learned.heldout.quality = { mean: 0.5, low: 0.48, high: 0.52 };
    const quality = checkOf(judgeRegression({ summary: worse, tasks: null }, run(null)), 'quality');
    expect([quality?.passed, quality?.detail]).toEqual([false, expect.stringContaining('means alone')]);
    expect(judgeRegression(run(null), run(null)).every(({ passed }) => passed)).toBe(true);
  });
});

describe('recorded answers', () => {
  const recorded = withoutGenerations();
  const of = (quality: (task: number) => number): JudgedRun => ({
    summary: recorded,
    tasks: outcomesOf(164, quality, { policy: 'heuristic', trials: 1, scored: 1 }),
  });
  const quality = (run: JudgedRun, reference: JudgedRun) => judgeRegression(run, reference).find(({ name }) => name.startsWith('quality of heuristic'));

  it('may not lose a single task, and the one that is lost is named', () => {
    const before = of((task) => Number(task % 9 !== 0));
    expect(quality(before, before)?.passed).toBe(true);
    expect(
      quality(
        of((task) => Number(task % 9 !== 0 && task !== 5)),
        before,
      ),
    ).toMatchObject({ passed: false, tasks: [named(5)] });
    expect(
      quality(
        of((task) => Number(task % 9 !== 0 || task === 9)),
        before,
      )?.passed,
    ).toBe(true);
  });

  it('may not lose one either where there are only means', () => {
    const worse = structuredClone(recorded);
    const heuristic = worse.policies['heuristic'] as (typeof worse.policies)[string];
    if (heuristic.heldout.quality !== null) heuristic.heldout.quality.mean -= 1 / 164;
    expect(quality({ summary: worse, tasks: null }, { summary: recorded, tasks: null })?.passed).toBe(false);
  });
});

describe('the verdict on quality under other luck', () => {
  /** 100 tasks of their own difficulty, 16 trials each; `loss` is taken off the chance of each to be right. */
  const underLuck = (name: string, loss: number) =>
    outcomesOf(100, (task) => {
      const easy = 1 - 0.3 * seededRandom('difficulty').uniform(task);
      const draw = seededRandom('luck', name, task).stream();
      return Array.from({ length: 16 }, () => Number(draw() < easy - loss)).reduce((sum, one) => sum + one, 0) / 16;
    });
  const failed = (repeats: number, loss: number) =>
    Array.from({ length: repeats }, (_, repeat) => repeat).filter(
      (repeat) => !checkOf(judgeRegression(run(underLuck(`after ${repeat}`, loss)), run(underLuck(`before ${repeat}`, 0))), 'quality')?.passed,
    ).length;

  it('cries wolf on unchanged quality at most once in 20, and finds eight points in nearly all', () => {
    expect(failed(20, 0)).toBeLessThanOrEqual(1);
    expect(failed(10, 0.08)).toBeGreaterThanOrEqual(9);
  });
});

describe('a policy that learns', () => {
  /** Five seeds of 40 tasks; what is learned in a seed moves all of its tasks. */
  const learnedIn = (name: string, loss: number) =>
    [1, 2, 3, 4, 5].flatMap((seed) => {
      const shift = 0.03 * seededRandom('learned', name).normal(seed);
      return outcomesOf(40, (task) => Math.min(1, Math.max(0, 0.8 - loss + shift + 0.05 * seededRandom('task', name, seed).normal(task))), { seed });
    });
  const failed = (repeats: number, loss: number) =>
    Array.from({ length: repeats }, (_, repeat) => repeat).filter(
      (repeat) => !checkOf(judgeRegression(run(learnedIn(`after ${repeat}`, loss)), run(learnedIn(`before ${repeat}`, 0))), 'quality')?.passed,
    ).length;

  it('is no regression because its seeds fell out otherwise, nearly always, and is one where all of them lost much', () => {
    expect(failed(20, 0)).toBeLessThanOrEqual(1);
    expect(failed(10, 0.15)).toBeGreaterThanOrEqual(9);
  });
});

describe('tasks.csv', () => {
  const plan = tinyPlan({ policies: ['heuristic', 'learned'], generations: 1 });
  const [first = '', second = ''] = taskIds;
  const trials = [
    madeTrial({ policy: 'learned', task: second, generation: 1, quality: 0.25, costUsd: null }),
    madeTrial({ policy: 'learned', task: first, generation: 1, quality: 1, latencyMs: 500 }),
    madeTrial({ policy: 'learned', task: first, generation: 1, repeat: 1, quality: null }),
    madeTrial({ policy: 'learned', task: first, generation: 0, quality: 0 }),
    madeTrial({ policy: 'heuristic', seed: 1, task: first, quality: 1 / 3 }),
  ];
  const outcomes = taskOutcomes(plan, madeRun(plan, trials));

  it('has what the policy that serves at the end came to on each task, errors apart from scores', () => {
    expect(outcomes).toEqual([
      { policy: 'heuristic', seed: 1, task: first, trials: 1, scored: 1, quality: 1 / 3, costUsd: 0.01, latencyMs: 1000 },
      { policy: 'learned', seed: 1, task: first, trials: 2, scored: 1, quality: 1, costUsd: 0.01, latencyMs: 750 },
      { policy: 'learned', seed: 1, task: second, trials: 1, scored: 1, quality: 0.25, costUsd: null, latencyMs: 1000 },
    ]);
  });

  it('is read back as it was written, to the last digit', () => {
    expect(readTaskOutcomes(tasksCsv(outcomes), 'tasks.csv')).toEqual(outcomes);
  });

  it('is refused, by its name, where it is something else', () => {
    for (const text of ['policy,task\na,b\n', tasksCsv(outcomes).replace('0.25', 'much')])
      expect(() => readTaskOutcomes(text, 'x/tasks.csv')).toThrow(/x\/tasks\.csv: not a table of task outcomes/);
  });
});
