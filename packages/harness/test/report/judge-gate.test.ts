import { describe, expect, it } from 'vitest';
import type { GateRule } from '../../src/experiment/experiment-file.ts';
import { judgeGate } from '../../src/report/judge-gate.ts';
import type { Comparison, Summary } from '../../src/report/summary.ts';
import { tinyPlan } from '../experiment/tiny-experiment.ts';
import { exampleSummary } from './example-summary.ts';

const comparison = (change: Partial<Comparison>): Comparison => ({
  baseline: 'heuristic',
  candidate: 'learned',
  metric: 'utility',
  delta: 0.1,
  relative: 1,
  low: 0.02,
  high: 0.18,
  pValue: 0.01,
  pAdjusted: 0.02,
  test: 'paired-bootstrap',
  pairs: 10,
  tasks: 10,
  gained: null,
  lost: null,
  ...change,
});
const comparisons = [
  comparison({}),
  comparison({ metric: 'costUsd', delta: -0.0123456, low: -0.02, high: -0.01 }),
  comparison({ baseline: 'best-fixed', delta: -0.1, low: -0.3, high: 0.1 }),
  comparison({ candidate: 'greedy', low: -1, high: 1 }),
];

function judge(rules: readonly GateRule[], change: Partial<Summary> = {}): Summary['gate'] {
  const plan = tinyPlan({ gate: [...rules] });
  return judgeGate(plan, exampleSummary({ comparisons, ...change }));
}
const difference = (rule: Partial<Extract<GateRule, { kind: 'difference' }>>): GateRule => ({
  kind: 'difference',
  metric: 'utility',
  candidate: 'learned',
  ...rule,
});

describe('a gate on a difference', () => {
  it.each([
    ['a lower bound above the limit', difference({ above: 0.019 }), true],
    ['a lower bound at the limit', difference({ above: 0.02 }), false],
    ['a mean above the limit, and not its lower bound', difference({ above: 0.05 }), false],
    ['an upper bound below the limit', difference({ below: 0.19 }), true],
    ['an upper bound at the limit', difference({ below: 0.18 }), false],
    ['an interval within both limits', difference({ above: 0, below: 0.2 }), true],
    ['an interval that leaves one of two limits', difference({ above: 0, below: 0.1 }), false],
    ['another metric', difference({ metric: 'costUsd', below: 0 }), true],
    ['another baseline', difference({ baseline: 'best-fixed', above: 0 }), false],
    ['another candidate', difference({ candidate: 'greedy', above: -0.5 }), false],
    ['policies that were not compared', difference({ candidate: 'random', above: -100 }), false],
  ])('judges %s', (_what, rule, passed) => {
    const gate = judge([rule]);
    expect(gate.passed).toBe(passed);
    expect(gate.checks.map((check) => check.passed)).toEqual([true, passed]);
  });

  it('says what it judged, and by which numbers', () => {
    expect(judge([difference({ metric: 'costUsd', above: -1, below: 0 }), difference({ candidate: 'random', above: 0 })]).checks).toEqual([
      { name: 'complete', passed: true, detail: 'every planned trial was run' },
      { name: 'costUsd: learned - heuristic above -1 and below 0', passed: true, detail: '-0.0123 (95% interval -0.02 to -0.01)' },
      { name: 'utility: random - heuristic above 0', passed: false, detail: 'the run did not compare these' },
    ]);
  });
});

describe('a gate on errors', () => {
  it('allows as many failed and unscored trials as it says', () => {
    const trials = { total: 100, completed: 93, failed: 3, unscored: 4, costUsd: 0 };
    expect(judge([{ kind: 'errors', most: 7 }], { trials }).passed).toBe(true);
    const { passed, checks } = judge([{ kind: 'errors', most: 6 }], { trials });
    expect(passed).toBe(false);
    expect(checks[1]).toEqual({ name: 'errors', passed: false, detail: '7 trials without a score, at most 6 allowed' });
  });
});

describe('what a failed check names', () => {
  const worse = [
    comparison({ metric: 'quality', delta: -0.2, low: -0.3, high: -0.1, lostTasks: ['hard', 'odd'] }),
    comparison({ delta: -0.2, low: -0.3, high: -0.1 }),
    comparison({ metric: 'quality', candidate: 'greedy', low: 0.1, high: 0.2, lostTasks: ['odd'] }),
  ];

  it('is the tasks that lost quality, whichever metric failed, and nothing where it passed', () => {
    const rules = [difference({ above: 0 }), difference({ metric: 'quality', above: 0 }), difference({ metric: 'quality', candidate: 'greedy', above: 0 })];
    expect(judge(rules, { comparisons: worse }).checks.map(({ tasks }) => tasks)).toEqual([undefined, ['hard', 'odd'], ['hard', 'odd'], undefined]);
  });

  it('is the tasks with errors, and those that were not run', () => {
    const change = { trials: { total: 9, completed: 8, failed: 1, unscored: 0, costUsd: 0 }, tasksWithErrors: ['odd'], tasksNotRun: ['late'], complete: false };
    expect(judge([{ kind: 'errors', most: 0 }], change).checks.map(({ tasks }) => tasks)).toEqual([['late'], ['odd']]);
  });

  it('is told for each policy that fits a pattern', () => {
    const { checks } = judge([difference({ metric: 'quality', candidate: '*', above: 0 })], { comparisons: worse });
    expect(checks.map(({ name, passed }) => [name, passed])).toEqual([
      ['complete', true],
      ['quality: learned - heuristic above 0', false],
      ['quality: greedy - heuristic above 0', true],
    ]);
  });
});

describe('a run', () => {
  it('passes when all of its checks do, and not when one fails', () => {
    expect(judge([difference({ above: 0 }), difference({ metric: 'costUsd', below: 0 })]).passed).toBe(true);
    expect(judge([difference({ above: 0 }), difference({ metric: 'costUsd', above: 0 })]).passed).toBe(false);
  });

  it('never passes incomplete, whatever its gates say', () => {
    for (const rules of [[], [difference({ above: 0 })]]) {
      const { passed, checks } = judge(rules, { complete: false });
      expect(passed).toBe(false);
      expect(checks[0]).toEqual({ name: 'complete', passed: false, detail: 'trials are missing' });
    }
  });
});
