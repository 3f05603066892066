import { type Arm, armId, parseArmId } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateRun } from '../../src/experiment/estimate-run.ts';
import type { Scorer } from '../../src/experiment/scorer.ts';
import { markdownReport } from '../../src/report/markdown-report.ts';
import { summarySchema } from '../../src/report/summary.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { emptyStores, runTiny, scriptedWorld, scripts, tiny, tinyPlan, traceOf, unevenScorer } from './tiny-experiment.ts';

const temperatures = [0, 0.1, 0.2, 0.3, 0.4, 0.5];
const raced = temperatures.map((temperature) => `direct/small?temperature=${temperature}`);
const heuristicIds = Object.values(tiny.heuristic ?? {}).map(armId);
/** The tiny scenario with a family of six configurations beside the heuristic's arms and one without rivals. */
const tunable: Scenario = { ...tiny, arms: [...raced, ...heuristicIds, 'orchestrate/small+large'].map(parseArmId) };
const protocol = { policies: ['best-fixed', 'oracle', 'greedy', 'learned'], tuning: { keep: 1, eta: 3, firstTasks: 2 } };
const plan = tinyPlan(protocol, {}, tunable);
const world = () => scriptedWorld(scripts, { repeats: 'with-luck' });

/** The colder, the better; but on two tasks, only the hottest is any good. */
const scorer: Scorer = {
  score: async (task, answer, arm: Arm) => {
    await unevenScorer.score(task, answer, arm);
    const hot = arm.temperature === 0.5;
    if (task.id.startsWith('menu')) return { score: hot ? 1 : 0.1, reasons: [] };
    return { score: 0.9 - arm.temperature, reasons: [] };
  },
  close: () => undefined,
};
const whole = await traceOf(plan, { world: world(), scorer });
const { trials, tuning, seeds } = whole.run;
const tuningTrials = trials.filter(({ phase }) => phase === 'tuning');

describe('the race of configurations before learning', () => {
  it('runs on training tasks only, and comes before all learning', () => {
    const train = new Set(seeds.get(1)?.split.train.map(({ id }) => id));
    expect(tuningTrials.length).toBeGreaterThan(10);
    for (const { task } of tuningTrials) expect(train.has(task)).toBe(true);
    const phases = trials.map(({ phase }) => phase);
    expect(phases.lastIndexOf('tuning')).toBeLessThan(phases.indexOf('train'));
  });

  it('gives every configuration the same tasks and the same luck', () => {
    const byTask = Map.groupBy(tuningTrials, ({ task }) => task);
    const sizes = [...byTask.values()].map((some) => some.length);
    // Six on two tasks, two of them on four more.
    expect(sizes.slice().sort((a, b) => b - a)).toEqual(expect.arrayContaining([6, 6, 2, 2]));
    for (const some of byTask.values()) expect(new Set(some.map(({ latencyMs }) => latencyMs)).size).toBe(1);
    expect(new Set(tuningTrials.map(({ task, latencyMs }) => `${task} ${latencyMs}`)).size).toBe(byTask.size);
  });

  it('leaves learners with its survivors, the arms of the heuristic, and those without rivals', () => {
    const [record] = tuning;
    expect(record?.races.map(({ name, raced: ids }) => [name, ids])).toEqual([['direct/small', raced]]);
    expect(record?.races[0]?.kept).toEqual([record?.races[0]?.rungs.at(-1)?.kept[0]]);
    const allowed = record?.arms.map(armId) ?? [];
    expect(allowed).toEqual([...(record?.races[0]?.kept ?? []), ...heuristicIds, 'orchestrate/small+large']);
    const chosen = trials.filter(({ policy, phase }) => ['learned', 'greedy'].includes(policy) && phase !== 'tuning');
    for (const { arm } of chosen) expect(allowed).toContain(arm);
    expect(chosen.some(({ candidates }) => candidates !== undefined)).toBe(true);
    for (const { candidates } of chosen)
      for (const [position, share] of candidates?.above ?? []) if (share > 0) expect(allowed).toContain(armId(tunable.arms[position] as Arm));
  });

  it('is of no concern to the oracle, who still knows all arms', async () => {
    const run = await runTiny(tinyPlan({ ...protocol, seeds: 4 }, {}, tunable), { world: world(), scorer });
    // Each seed has its own training tasks, and a race of its own.
    expect(run.tuning.map(({ seed }) => seed)).toEqual([1, 2, 3, 4]);
    for (const { races } of run.tuning) expect(races[0]?.kept).not.toContain('direct/small?temperature=0.5');
    const menu = run.trials.filter(({ policy, task }) => policy === 'oracle' && task.startsWith('menu'));
    expect(new Set(menu.map(({ arm }) => arm))).toEqual(new Set(['direct/small?temperature=0.5']));
  });

  it('is not run where nothing learns, for no generations, without training tasks, and unless it is asked for', async () => {
    for (const other of [
      tinyPlan({ ...protocol, policies: ['oracle'] }, {}, tunable),
      tinyPlan({ ...protocol, generations: 0 }, {}, tunable),
      tinyPlan({ ...protocol, split: { train: 0, validation: 0, heldout: 1 } }, {}, tunable),
      tinyPlan({ policies: protocol.policies }, {}, tunable),
    ]) {
      const run = await runTiny(other, { world: world(), scorer });
      expect([run.tuning, run.trials.filter(({ phase }) => phase === 'tuning')]).toEqual([[], []]);
    }
  });
});

describe('a run with tuning', () => {
  it('leaves the same logs and summary, byte for byte, whatever its concurrency and wherever it was interrupted', async () => {
    const { run: _run, ...expected } = whole;
    const count = expected.trials.split('\n').length + expected.profiles.split('\n').length;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: count }), fc.constantFrom(1, 3, 16), async (units, concurrency) => {
        const stores = emptyStores();
        const controller = new AbortController();
        let done = 0;
        const advance = () => {
          if (++done > units) controller.abort(new Error('interrupted'));
        };
        await traceOf(plan, { world: world(), scorer, concurrency, signal: controller.signal, progress: { begin: () => undefined, advance } }, stores);
        const { run, ...again } = await traceOf(plan, { world: world(), scorer, concurrency }, stores);
        expect(run.end).toBe('complete');
        expect(again).toEqual(expected);
      }),
      { numRuns: 6 },
    );
  });

  it('is rebuilt from its log without a call', async () => {
    const stores = emptyStores();
    const { run: _first, ...first } = await traceOf(plan, { world: world(), scorer }, stores);
    const [idle, aborted] = [world(), new AbortController()];
    aborted.abort();
    const { run: _again, ...again } = await traceOf(plan, { world: idle, scorer, signal: aborted.signal }, stores);
    expect(again).toEqual(first);
    expect(idle.calls()).toBe(0);
  });

  it('never exceeds its budget, and may stop in the race', async () => {
    const costOf = (lines: readonly string[]) => lines.map((line) => JSON.parse(line)).reduce((sum, { costUsd, repeats = 1 }) => sum + costUsd * repeats, 0);
    const stores = emptyStores();
    await traceOf(plan, { world: world(), scorer }, stores);
    const profiles = costOf(stores.profiles.lines);
    const first = tuningTrials[0]?.costUsd ?? 0;
    const stopped = emptyStores();
    const parts = { world: world(), scorer, budgetUsd: profiles + 5 * first + 0.2, worstCostUsd: () => 0.2 };
    const { run } = await traceOf(plan, parts, stopped);
    expect(run.end).toBe('budget');
    expect(run.trials.length).toBeGreaterThan(0);
    expect(run.trials.every(({ phase }) => phase === 'tuning')).toBe(true);
    expect(costOf([...stopped.profiles.lines, ...stopped.trials.lines])).toBeLessThanOrEqual(parts.budgetUsd);
  });

  it('is estimated with its races, and announces as many units as it then does', async () => {
    const seeds3 = tinyPlan({ ...protocol, seeds: 3, tuning: { keep: 2, firstTasks: 1 } }, {}, tunable);
    let [announced, done] = [0, 0];
    const progress = {
      begin: (total: number) => {
        announced = total;
      },
      advance: (units: number) => {
        done += units;
      },
    };
    const run = await runTiny(seeds3, { world: world(), scorer, progress });
    expect(done).toBe(announced);
    expect(estimateRun(seeds3, scriptedWorld()).trials).toBe(run.trials.length);
  });

  it('reports what was raced and what each rung kept', () => {
    const summary = summarySchema.parse(JSON.parse(whole.summary));
    expect(summary.tuning).toEqual(tuning.map(({ seed, arms, races }) => ({ seed, arms: arms.map(armId), races })));
    const text = markdownReport(summary);
    expect(text).toContain('## Tuning\n\nBefore they learned, policies got 6 of 11 arms: 1 race a seed on training tasks');
    expect(text).toContain(`| 1 | \`direct/small\` | ${raced.join(', ')} | 6 on 2 tasks: `);
    expect(text).toContain(`| ${tuning[0]?.races[0]?.kept[0]} |\n`);
    // Fixed policies of the race are none of the experiment.
    expect(Object.keys(summary.policies)).toEqual(plan.policies);
    expect(summary.decisions.every(({ policy }) => plan.policies.includes(policy))).toBe(true);
  });
});
