import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TrialRecord } from '../../src/experiment/trial.ts';
import { buildSummary } from '../../src/report/build-summary.ts';
import { type Summary, summarySchema } from '../../src/report/summary.ts';
import { madeRun, madeTrial, taskIds } from '../experiment/hand-made-run.ts';
import { tinyPlan } from '../experiment/tiny-experiment.ts';

const facts = { name: 'by-hand', evidence: 'simulated', startedAt: '2026-01-01T00:00:00.000Z', durationMs: 5 } as const;
const plan = tinyPlan({ policies: ['learned', 'oracle'], generations: 1 });
const [first = '', second = ''] = taskIds;

/** Prices are 0.3 for the cost and 0.1 for the latency, the scale $0.01 and 1000 ms: the first trial costs 0.4, the second 1.2. */
const heuristic = [
  madeTrial({ policy: 'heuristic', task: first, quality: 1 }),
  madeTrial({ policy: 'heuristic', task: second, quality: 0.6, costUsd: 0.03, latencyMs: 3000 }),
];
const learned = [
  madeTrial({ policy: 'learned', task: first, generation: 1, snapshot: 1, arm: 'direct/small', quality: 0.5, costUsd: 0.005, latencyMs: 500 }),
  madeTrial({ policy: 'learned', task: second, generation: 1, snapshot: 1, arm: 'direct/small', quality: 0.5, costUsd: 0.005, latencyMs: null }),
];
const atStart = heuristic.map((trial) => madeTrial({ ...trial, policy: 'learned' }));
const oracle = [first, second].map((task) => madeTrial({ policy: 'oracle', task, quality: 0.9, latencyMs: 1500 }));
const all = [...heuristic, ...atStart, ...learned, ...oracle];
const profiles = { 'direct/large': { quality: 1, costUsd: 0.01, latencyMs: 1000 }, 'direct/small': { quality: 0.5, costUsd: 0.005, latencyMs: 500 } };
const summary = buildSummary(plan, madeRun(plan, all, { profiles }), facts);

const policyOf = (name: string, from: Summary = summary) => from.policies[name] as Summary['policies'][string];
const meanOf = (name: string, metric: 'quality' | 'costUsd' | 'latencyMs' | 'utility' | 'regret') => policyOf(name).heldout[metric]?.mean;
const comparisonOf = (metric: string, candidate = 'learned', baseline = 'heuristic', from: Summary = summary) =>
  from.comparisons.find((one) => one.metric === metric && one.candidate === candidate && one.baseline === baseline);

describe('the summary of a run made by hand', () => {
  it('has the means of the final policies on held-out tasks', () => {
    expect([meanOf('heuristic', 'quality'), meanOf('heuristic', 'costUsd'), meanOf('heuristic', 'latencyMs')]).toEqual([0.8, 0.02, 2000]);
    expect([meanOf('learned', 'quality'), meanOf('learned', 'costUsd')]).toEqual([0.5, 0.005]);
    expect(policyOf('learned').heldoutAtStart?.quality?.mean).toBe(0.8);
    expect(policyOf('heuristic').heldoutAtStart).toBeNull();
  });

  it('leaves what is not known out of a mean', () => {
    expect(meanOf('learned', 'latencyMs')).toBe(500);
  });

  it('takes cost, latency and what is missing to the floor off the utility', () => {
    // (1 - 0.4 + 0.6 - 1.2) / 2; its quality is that of the baseline, so no penalty.
    expect(meanOf('heuristic', 'utility')).toBeCloseTo(0, 12);
    // (0.5 - 0.15 - 0.05 + 0.5 - 0.15) / 2 = 0.325, less the floor's 0.8 - 0.02 - 0.5 = 0.28.
    expect(meanOf('learned', 'utility')).toBeCloseTo(0.045, 12);
    // 0.9 - 0.3 - 0.15; above the floor.
    expect(meanOf('oracle', 'utility')).toBeCloseTo(0.45, 12);
  });

  it('measures regret by expected outcomes', () => {
    // The large model's expected utility is 0.6, the small one's 0.3.
    expect(meanOf('heuristic', 'regret')).toBe(0);
    expect(meanOf('learned', 'regret')).toBeCloseTo(0.3, 12);
  });

  it('compares with the baseline, pair by pair', () => {
    expect(comparisonOf('quality')).toMatchObject({ delta: expect.closeTo(-0.3, 12), gained: 0, lost: 2, pairs: 2, tasks: 2, test: 'paired-bootstrap' });
    expect(comparisonOf('quality')?.relative).toBeCloseTo(-0.375, 12);
    expect(comparisonOf('costUsd')?.relative).toBeCloseTo(-0.75, 12);
    expect(comparisonOf('costUsd')).toMatchObject({ gained: null, lost: null });
    // Of the pair in which both are known.
    expect(comparisonOf('latencyMs')).toMatchObject({ delta: -500, relative: -0.5, pairs: 1, tasks: 1, low: -500, high: -500 });
    expect(comparisonOf('utility')?.delta).toBeCloseTo(0.045, 12);
    expect(comparisonOf('utility')?.relative).toBeNull();
  });

  it('gives the share of the gain that was to be had', () => {
    expect(summary.shareOfPossibleGain).toEqual({ learned: expect.closeTo(0.1, 12) });
  });

  it('sets what was promised beside what was measured', () => {
    expect(summary.expected).toEqual({
      source: 'the test',
      rows: [
        { metric: 'cost', expected: -50, measured: expect.closeTo(-75, 9) },
        // Half the time is twice the speed.
        { metric: 'speed', expected: 20, measured: expect.closeTo(100, 9) },
        { metric: 'quality', expected: 5, measured: expect.closeTo(-37.5, 9) },
      ],
    });
  });

  it('names the tasks on which the learned policy does worse, the worst first', () => {
    expect(summary.changedTasks).toEqual({ lost: [first, second], gained: [] });
  });

  it('counts decisions, solved tasks, and the generation that served', () => {
    expect(policyOf('learned')).toMatchObject({ strategies: { direct: 1 }, models: { small: 1 }, promoted: [1], solved: 0, trials: 2 });
    expect(policyOf('heuristic')).toMatchObject({ models: { large: 1 }, promoted: null, solved: 1, trials: 2 });
    expect(summary.decisions.filter(({ policy }) => policy === 'learned')).toEqual(
      [0, 1].map((generation) => ({ policy: 'learned', generation, phase: 'heldout', family: 'capitals', strategy: 'direct', count: 2 })),
    );
  });

  it('states its terms', () => {
    expect(summary.utility).toEqual({
      formula: expect.stringContaining('quality - 0.3 x cost / baseline'),
      costPrice: 0.3,
      latencyPrice: 0.1,
      belowFloor: 1,
      margin: 0.02,
    });
    expect(summary).toMatchObject({
      experiment: 'tiny',
      run: 'by-hand',
      baseline: 'heuristic',
      complete: true,
      seeds: [1],
      generations: 1,
      durationMs: 5,
      tasks: { total: 14, heldout: 14 },
      arms: 8,
    });
  });

  it('is what its schema says', () => {
    expect(summarySchema.parse(summary)).toEqual(summary);
    expect(summarySchema.parse(JSON.parse(JSON.stringify(summary)))).toEqual(summary);
  });
});

describe('errors', () => {
  it('are counted, named, and never a quality of 0', () => {
    const failed = madeTrial({ ...(heuristic[1] as TrialRecord), quality: null, status: 'failed', error: 'large is down' });
    const unscored = madeTrial({ ...(oracle[0] as TrialRecord), quality: null, status: 'unscored', error: 'no idea' });
    const withErrors = buildSummary(plan, madeRun(plan, [heuristic[0] as TrialRecord, failed, ...learned, unscored]), facts);
    expect(withErrors.trials).toMatchObject({ total: 5, completed: 3, failed: 1, unscored: 1 });
    expect(withErrors.trials.costUsd).toBeCloseTo(0.06, 12);
    expect(policyOf('heuristic', withErrors).heldout.quality?.mean).toBe(1);
    expect(policyOf('oracle', withErrors).heldout).toMatchObject({ quality: null, utility: null, costUsd: { mean: 0.01 } });
    expect(comparisonOf('quality', 'learned', 'heuristic', withErrors)).toMatchObject({ pairs: 1 });
    expect(withErrors.warnings).toContain('2 trials have no score: large is down; no idea');
  });
});

describe('a run that is not complete', () => {
  it('is summed up as far as it went, with a warning, and passes no gate', () => {
    for (const end of ['budget', 'interrupted'] as const) {
      const partly = buildSummary(plan, madeRun(plan, heuristic, { end }), facts);
      expect(Object.keys(partly.policies)).toEqual(['heuristic']);
      expect(partly).toMatchObject({ complete: false, comparisons: [], gate: { passed: false } });
      expect(partly.warnings.join('\n')).toContain(end === 'budget' ? 'stopped at its budget' : 'was interrupted');
      expect(summarySchema.parse(partly)).toEqual(partly);
    }
  });

  it('is summed up even before its first trial', () => {
    const empty = buildSummary(plan, madeRun(plan, [], { end: 'interrupted', seeds: new Map(), kinds: new Map() }), facts);
    expect(empty).toMatchObject({ policies: {}, trials: { total: 0, costUsd: 0 }, tasks: { train: 0, validation: 0, heldout: 0 } });
    expect(summarySchema.parse(JSON.parse(JSON.stringify(empty)))).toEqual(empty);
  });
});

describe('the rows of generations', () => {
  it('hold training of the generation that explored, and validation of the candidate alone', () => {
    const trials = [
      madeTrial({ policy: 'learned', task: first, phase: 'train', quality: 0.2 }),
      madeTrial({ policy: 'learned', task: second, phase: 'validation', generation: 1, snapshot: 0, quality: 0.4 }),
      madeTrial({ policy: 'learned', task: second, phase: 'validation', generation: 1, snapshot: 1, quality: 0.6, arm: 'batch/small?chunkSize=40' }),
    ];
    const verdict = { policy: 'learned', seed: 1, generation: 1, promoted: true, pairs: 1, utilityGain: 0, utilityLow: 0, qualityGain: 0, qualityLow: 0 };
    const { generationRows } = buildSummary(plan, madeRun(plan, trials, { promotions: [verdict, { ...verdict, seed: 2, promoted: false }] }), facts);
    expect(generationRows).toMatchObject([
      {
        policy: 'learned',
        generation: 0,
        phase: 'train',
        trials: 1,
        promotedSeeds: null,
        metrics: { quality: { mean: 0.2 } },
        strategies: { direct: 1 },
        parameters: { 'direct.temperature': 0.7 },
      },
      {
        policy: 'learned',
        generation: 1,
        phase: 'validation',
        trials: 1,
        promotedSeeds: 1,
        metrics: { quality: { mean: 0.6 } },
        strategies: { batch: 1 },
        parameters: { 'batch.chunkSize': 40 },
      },
    ]);
  });
});

describe('whatever the outcomes', () => {
  const outcome = fc.record({
    quality: fc.oneof(fc.constantFrom(0, 1, null), fc.double({ min: 0, max: 1, noNaN: true })),
    costUsd: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    latencyMs: fc.option(fc.double({ min: 0, max: 1e6, noNaN: true })),
  });

  it('every mean lies within its interval, and the summary is what its schema says', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('heuristic', 'oracle'), fc.constantFrom(...taskIds), outcome), { maxLength: 20 }), (drawn) => {
        const trials = new Map(drawn.map(([policy, task, values]) => madeTrial({ policy, task, ...values })).map((trial) => [trial.id, trial]));
        const built = buildSummary(plan, madeRun(plan, [...trials.values()]), facts);
        expect(summarySchema.parse(JSON.parse(JSON.stringify(built)))).toEqual(built);
        for (const { heldout } of Object.values(built.policies)) {
          for (const estimate of [heldout.quality, heldout.costUsd, heldout.latencyMs]) {
            if (estimate === null) continue;
            expect(estimate.low).toBeLessThanOrEqual(estimate.mean * (1 + 1e-9) + 1e-12);
            expect(estimate.high).toBeGreaterThanOrEqual(estimate.mean * (1 - 1e-9) - 1e-12);
          }
        }
      }),
      { numRuns: 60 },
    );
  });
});
