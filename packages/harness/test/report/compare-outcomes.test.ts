import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSummary } from '../../src/report/build-summary.ts';
import { comparedMetrics, compareOutcomes, pairOutcomes, scalesOf } from '../../src/report/compare-outcomes.ts';
import { type TaskOutcome, taskOutcomes } from '../../src/report/task-outcomes.ts';
import { madeRun, madeTrial, taskIds } from '../experiment/hand-made-run.ts';
import { tinyPlan } from '../experiment/tiny-experiment.ts';

const row = (task: number, change: Partial<TaskOutcome> = {}): TaskOutcome => ({
  policy: 'learned',
  seed: 1,
  task: `task ${task}`,
  trials: 2,
  scored: 2,
  quality: 0.5,
  costUsd: 0.01,
  latencyMs: 1000,
  ...change,
});
const prices = { cost: 0.1, latency: 0.05, belowFloor: 1, margin: 0.02 };

describe('two policies by their tables of tasks', () => {
  it('differ as the report of their trials says', () => {
    const plan = tinyPlan({ policies: ['heuristic', 'learned'], seeds: 2, generations: 1, heldoutRepeats: 2 });
    const trials = ['heuristic', 'learned'].flatMap((policy, side) =>
      [1, 2].flatMap((seed) =>
        taskIds.slice(0, 12).flatMap((task, at) =>
          [0, 1].map((repeat) =>
            madeTrial({
              policy,
              task,
              seed,
              repeat,
              generation: side,
              quality: ((at * 7 + seed * 3 + repeat * 5 + side * 4) % 11) / 10,
              costUsd: 0.01 * (1 + ((at + side) % 4)),
              latencyMs: 500 + 100 * ((at * 3 + side) % 5),
            }),
          ),
        ),
      ),
    );
    const scale = { quality: 0.6, costUsd: 0.02, latencyMs: 700 };
    const run = madeRun(plan, trials, { scale });
    const { comparisons } = buildSummary(plan, run, { name: 'by-hand', evidence: 'simulated', startedAt: '', durationMs: 0 });
    const rows = taskOutcomes(plan, run);
    const of = (policy: string) => rows.filter((one) => one.policy === policy);
    const found = compareOutcomes(pairOutcomes(of('heuristic'), of('learned')), {
      prices: plan.scenario.file.utility,
      scales: new Map([
        [1, scale],
        [2, scale],
      ]),
    });
    for (const metric of comparedMetrics) {
      const reported = comparisons.find((one) => one.metric === metric && one.candidate === 'learned');
      const width = (reported?.high ?? 0) - (reported?.low ?? 0);
      expect(found[metric]?.mean, metric).toBeCloseTo(reported?.delta ?? Number.NaN, 10);
      expect(Math.abs((found[metric]?.low ?? 0) - (reported?.low ?? 1)), metric).toBeLessThan(0.1 * width);
      expect(Math.abs((found[metric]?.high ?? 0) - (reported?.high ?? 1)), metric).toBeLessThan(0.1 * width);
    }
  });

  it('differ the other way round where they are exchanged', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 20 }),
        (qualities) => {
          const side = (at: 0 | 1) => qualities.map((pair, task) => row(task, { quality: pair[at] }));
          const ground = { prices, scales: scalesOf(side(0)) };
          const [there, back] = [compareOutcomes(pairOutcomes(side(0), side(1)), ground), compareOutcomes(pairOutcomes(side(1), side(0)), ground)];
          for (const metric of comparedMetrics) expect(there[metric]?.mean).toBeCloseTo(-(back[metric]?.mean ?? Number.NaN), 10);
          expect(there.quality?.low).toBeLessThanOrEqual(there.quality?.mean ?? -1);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('are compared on tasks and seeds that both have, and in what both know', () => {
    const a = [row(1), row(2, { quality: 0 }), row(3, { costUsd: null }), row(4, { seed: 2 })];
    const b = [row(2, { quality: 1 }), row(3, { quality: null, scored: 0 }), row(4)];
    const pairs = pairOutcomes(a, b);
    expect(pairs.map((pair) => pair.b.task)).toEqual(['task 2', 'task 3']);
    const found = compareOutcomes(pairs, { prices, scales: new Map() });
    expect(found).toMatchObject({ quality: { mean: 1, p: 1 }, costUsd: { mean: 0 }, utility: null });
    expect(compareOutcomes([], { prices, scales: new Map() }).quality).toBeNull();
  });
});
