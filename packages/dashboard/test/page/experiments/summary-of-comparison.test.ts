import { comparisonIntervals } from '@ratchet/harness/figures';
import type { RunComparison } from '@ratchet/service';
import { describe, expect, it } from 'vitest';
import { policyToCompare } from '../../../src/page/experiments/policy-to-compare.ts';
import { summaryOfComparison } from '../../../src/page/experiments/summary-of-comparison.ts';

const comparison: RunComparison = {
  a: { experiment: 'e', run: 'r', policy: 'heuristic' },
  b: { experiment: 'e', run: 'r', policy: 'learned' },
  comparable: true,
  differences: {
    quality: { mean: 0.05, low: 0.02, high: 0.08, p: 0.01 },
    costUsd: { mean: -0.1, low: -0.2, high: -0.05, p: 0.001 },
    latencyMs: { mean: 10, low: -20, high: 40, p: 0.6 },
    utility: null,
  },
  from: 'tasks',
  tasks: [],
  gained: [],
  lost: [],
};

describe('a comparison, as a summary', () => {
  it('is drawn as the report draws it: what is known, with its intervals', async () => {
    const { panels } = await comparisonIntervals(summaryOfComparison(comparison));
    expect(panels.filter(({ kind }) => kind === 'drawn')).toHaveLength(3);
    const text = JSON.stringify(panels);
    expect(text).toContain('B: learned: +0.050 [+0.020, +0.080]');
    expect(text).toContain('~ +10 ms [-20 ms, +40 ms]');
  });

  it('names the runs where they are two', () => {
    const two = summaryOfComparison({ ...comparison, a: { ...comparison.a, run: 'before' } });
    expect(two.comparisons[0]).toMatchObject({ baseline: 'A: e/before heuristic', candidate: 'B: e/r learned' });
  });
});

describe('the policy that is compared at first', () => {
  it('is the learned one, else the first', () => {
    expect(policyToCompare({ policies: ['heuristic', 'learned'] })).toBe('learned');
    expect(policyToCompare({ policies: ['random'] })).toBe('random');
  });
});
