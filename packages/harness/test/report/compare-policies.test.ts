import { holmAdjust } from '@ratchet/learning';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSummary } from '../../src/report/build-summary.ts';
import type { Comparison } from '../../src/report/summary.ts';
import { madeRun, madeTrial, taskIds } from '../experiment/hand-made-run.ts';
import { tinyPlan } from '../experiment/tiny-experiment.ts';

const facts = { name: 'by-hand', evidence: 'simulated', startedAt: '', durationMs: 0 } as const;

/** Qualities by task, seed and repeat: `qualities[policy][seed - 1][task]`. */
function compared(qualities: Readonly<Record<string, readonly (readonly (number | null)[])[]>>, change: object = {}): readonly Comparison[] {
  const plan = tinyPlan({ policies: Object.keys(qualities) as [string, ...string[]], seeds: 2, generations: 1 });
  const trials = Object.entries(qualities).flatMap(([policy, seeds]) =>
    seeds.flatMap((tasks, seed) =>
      tasks.map((quality, task) =>
        madeTrial({ policy, seed: seed + 1, task: taskIds[task] as string, quality, generation: policy === 'learned' ? 1 : 0, ...change }),
      ),
    ),
  );
  return buildSummary(plan, madeRun(plan, trials), facts).comparisons;
}

const ofQuality = (comparisons: readonly Comparison[], candidate = 'learned', baseline = 'heuristic') =>
  comparisons.find((one) => one.metric === 'quality' && one.candidate === candidate && one.baseline === baseline) as Comparison;
const repeat = (count: number, value: number): readonly number[] => Array.from({ length: count }, () => value);

describe('pairs of right and wrong', () => {
  const before = [...repeat(10, 0), 1, 1, 1, 0];
  const after = [...repeat(10, 1), 0, 1, 1, 0];

  it('are tested exactly: 10 gained and 1 lost have p = 0.01171875 (McNemar)', () => {
    expect(ofQuality(compared({ heuristic: [before], learned: [after] }))).toMatchObject({
      test: 'mcnemar-exact',
      pValue: 0.01171875,
      gained: 10,
      lost: 1,
      pairs: 14,
      tasks: 14,
      delta: expect.closeTo(9 / 14, 12),
      relative: expect.closeTo(3, 12),
    });
  });

  it('are not independent where a task has several, and then are tested by whole tasks', () => {
    const twice = ofQuality(compared({ heuristic: [before, before], learned: [after, after] }));
    expect(twice).toMatchObject({ test: 'paired-bootstrap', gained: 20, lost: 2, pairs: 28, tasks: 14 });
    // Repeating the same tasks tells nothing new.
    expect(twice.pValue).toBeGreaterThan(0.001);
  });

  it('are none where any score lies between', () => {
    expect(ofQuality(compared({ heuristic: [before], learned: [[...after.slice(1), 0.5]] })).test).toBe('paired-bootstrap');
  });
});

describe('pairs', () => {
  it('are of the same task under the same seed, with both qualities known', () => {
    const found = ofQuality(
      compared({
        heuristic: [[0.1, 0.2, null], [0.3]],
        learned: [
          [0.5, null, 1, 1],
          [0.4, 0.4],
        ],
      }),
    );
    expect(found).toMatchObject({ pairs: 2, tasks: 1, gained: 2, lost: 0 });
    expect(found.delta).toBeCloseTo((0.4 + 0.1) / 2, 12);
    expect(found.relative).toBeCloseTo(0.25 / 0.2, 12);
  });

  it('that are equal but for rounding are neither gained nor lost', () => {
    expect(ofQuality(compared({ heuristic: [[0.1 + 0.2]], learned: [[0.3]] }))).toMatchObject({ gained: 0, lost: 0 });
  });

  it('never have a p-value below what so few tasks can show', () => {
    const found = ofQuality(compared({ heuristic: [repeat(3, 0.1)], learned: [repeat(3, 0.9)] }));
    expect(found.pValue).toBe(0.25);
    expect(found.low).toBeCloseTo(0.8, 12);
  });

  it('have no relative change where the baseline is not above 0: a gain would show as a loss', () => {
    const plan = tinyPlan({ policies: ['learned'], generations: 1 });
    const task = taskIds[0] as string;
    // The utilities are 0.5 - 0.9 - 0.1 and 0.5 - 0.3 - 0.1.
    const trials = [madeTrial({ policy: 'heuristic', task, quality: 0.5, costUsd: 0.03 }), madeTrial({ policy: 'learned', task, quality: 0.5, generation: 1 })];
    const { comparisons } = buildSummary(plan, madeRun(plan, trials, { scale: { quality: 0.5, costUsd: 0.01, latencyMs: 1000 } }), facts);
    expect(comparisons.find(({ metric }) => metric === 'utility')).toMatchObject({ delta: expect.closeTo(0.6, 12), relative: null });
    expect(comparisons.find(({ metric }) => metric === 'costUsd')).toMatchObject({ relative: expect.closeTo(-2 / 3, 12) });
  });

  it('have no comparison where there are none', () => {
    expect(compared({ heuristic: [[0.5]], learned: [[null]] }).map(({ metric }) => metric)).toEqual(['costUsd', 'latencyMs']);
  });
});

describe('comparisons', () => {
  it('set every policy against the baseline, and the learned one against all others but the oracle', () => {
    const all = compared({ heuristic: [[1]], random: [[1]], oracle: [[1]], learned: [[1]] });
    expect([...new Set(all.map(({ baseline, candidate }) => `${candidate} - ${baseline}`))]).toEqual([
      'random - heuristic',
      'oracle - heuristic',
      'learned - heuristic',
      'learned - random',
    ]);
  });

  it('have p-values that are adjusted over all of them together', () => {
    const all = compared({ heuristic: [[0, 0.2, 0.1, 0.3]], random: [[0.5, 0.1, 0.2, 0.9]], learned: [[1, 0.9, 0.8, 0.7]] });
    expect(all).toHaveLength(12);
    expect(all.map(({ pAdjusted }) => pAdjusted)).toEqual(holmAdjust(all.map(({ pValue }) => pValue)));
  });

  it('find no difference between a policy and its like', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 14 }), (qualities) => {
        for (const found of compared({ heuristic: [qualities], learned: [qualities] })) {
          expect(found).toMatchObject({ delta: 0, low: 0, high: 0, pValue: 1, pAdjusted: 1 });
          if (found.metric === 'quality') expect(found).toMatchObject({ gained: 0, lost: 0 });
        }
      }),
      { numRuns: 15 },
    );
  });

  it('change only their sign when the two change places', () => {
    const score = fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10);
    fc.assert(
      fc.property(fc.array(fc.tuple(score, score), { minLength: 2, maxLength: 14 }), (pairs) => {
        const [a, b] = [pairs.map(([one]) => one), pairs.map(([, other]) => other)];
        const [there, back] = [ofQuality(compared({ heuristic: [a], learned: [b] })), ofQuality(compared({ heuristic: [b], learned: [a] }))];
        expect(there.delta).toBeCloseTo(-back.delta, 12);
        expect([there.gained, there.lost]).toEqual([back.lost, back.gained]);
        expect(there.low).toBeLessThanOrEqual(there.delta + 1e-9);
        expect(there.high).toBeGreaterThanOrEqual(there.delta - 1e-9);
      }),
      { numRuns: 15 },
    );
  });
});
