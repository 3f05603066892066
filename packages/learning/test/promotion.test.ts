import { seededRandom } from '@ratchet/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcomeUtility, type UtilityPrices, type UtilityScale } from '../src/objective.ts';
import type { Outcome } from '../src/outcome.ts';
import { judgePromotion, type PromotionPair, type PromotionRule } from '../src/promotion.ts';

const prices: UtilityPrices = { cost: 0.1, latency: 0.05, belowFloor: 1, margin: 0.02 };
const scale: UtilityScale = { quality: 0.8, costUsd: 0.01, latencyMs: 1000 };
const rule: PromotionRule = { alpha: 0.05, look: 1, looks: 5, margin: 0.02 };

describe('judgePromotion', () => {
  it('promotes identical policies in at most alpha of repetitions, over all looks', () => {
    // Without the share of alpha that each look may spend, some 15 of these would be promoted.
    const repetitions = 100;
    const promotedOnce = Array.from({ length: repetitions }, (_, seed) => seed).filter((seed) =>
      Array.from({ length: rule.looks }, (_, index) => index + 1).some((look) => {
        // Both sides with luck of their own: policies that share it have equal outcomes.
        const luck = seededRandom('identical', seed, look);
        const pairs = pairsOf(
          10,
          (task) => ({ incumbent: typical(0, luck.child(task, 'incumbent')), candidate: typical(0, luck.child(task, 'candidate')) }),
          seed,
        );
        return gainOf(pairs) > 0 && judge(pairs, { ...rule, look }, seed).promoted;
      }),
    );
    expect(promotedOnce.length / repetitions).toBeLessThanOrEqual(rule.alpha);
  });

  it('never promotes a candidate that was no better on average, and puts its bounds below the means', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 40 }), (seed, tasks, looks) => {
        const pairs = pairsOf(tasks, (_, luck) => ({ incumbent: typical(0.05, luck.child('a')), candidate: typical(0, luck.child('b')) }), seed);
        const verdict = judge(pairs, { ...rule, looks }, seed);
        expect(verdict.utilityGain).toBeCloseTo(gainOf(pairs), 12);
        expect(verdict.utilityLow).toBeLessThan(verdict.utilityGain);
        expect(verdict.qualityLow).toBeLessThanOrEqual(verdict.qualityGain);
        if (gainOf(pairs) <= 0) expect(verdict.promoted).toBe(false);
      }),
      { numRuns: 20 },
    );
  });

  it('never promotes a candidate whose outcomes are the same as those of the incumbent', () => {
    const outcome = fc.record({
      quality: fc.double({ min: 0, max: 1, noNaN: true }),
      costUsd: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
      latencyMs: fc.option(fc.nat(10_000)),
    });
    const pair = fc.tuple(fc.nat(20), outcome).map(([task, of]): PromotionPair => ({ taskId: `task ${task}`, incumbent: of, candidate: of }));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (pairs, look) => {
        const verdict = judge(pairs, { ...rule, look }, 1);
        expect(verdict).toMatchObject({ promoted: false, utilityGain: 0, utilityLow: 0, qualityGain: 0, qualityLow: 0 });
      }),
      { numRuns: 30 },
    );
  });

  it('promotes a clearly better candidate, by quality or by cost', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const better = pairsOf(20, (_, luck) => ({ incumbent: typical(0, luck.child('a')), candidate: typical(0.25, luck.child('b')) }), seed);
      expect(judge(better, rule, seed).promoted).toBe(true);
      const cheaper = pairsOf(20, (_, luck) => ({ incumbent: typical(0, luck), candidate: { ...typical(0, luck), costUsd: 0.001 } }), seed);
      expect(judge(cheaper, rule, seed).promoted).toBe(true);
    }
  });

  it('keeps out a candidate of better utility whose quality is worse by more than the margin', () => {
    const cheap = (quality: number) =>
      pairsOf(20, () => ({ incumbent: { quality: 0.8, costUsd: 0.03, latencyMs: 1000 }, candidate: { quality, costUsd: 0.001, latencyMs: 1000 } }), 1);
    const worse = judge(cheap(0.75), rule, 1);
    expect(worse.utilityLow).toBeGreaterThan(0.1);
    expect(worse.qualityGain).toBeCloseTo(-0.05, 12);
    expect(worse.promoted).toBe(false);
    expect(judge(cheap(0.79), rule, 1).promoted).toBe(true);
    expect(judge(cheap(0.75), { ...rule, margin: 0.1 }, 1).promoted).toBe(true);
  });

  it('keeps out a candidate that is better on average only because of one task', () => {
    const pairs = pairsOf(
      20,
      (task) => ({ incumbent: { quality: 0.5, costUsd: 0.01, latencyMs: 1000 }, candidate: { quality: task === 0 ? 1 : 0.5, costUsd: 0.01, latencyMs: 1000 } }),
      1,
    );
    expect(judge(pairs, rule, 1)).toMatchObject({ promoted: false });
    expect(judge(pairs, rule, 1).utilityGain).toBeGreaterThan(0);
  });

  it('does not count repetitions of one task as evidence of its own', () => {
    const outcome = { quality: 0.5, costUsd: 0.01, latencyMs: 1000 };
    const twoTasks = Array.from(
      { length: 100 },
      (_, index): PromotionPair => ({ taskId: `task ${index % 2}`, incumbent: outcome, candidate: { ...outcome, quality: 0.9 } }),
    );
    expect(judge(twoTasks, rule, 1)).toMatchObject({ promoted: false, pairs: 100 });
    const hundredTasks = twoTasks.map((pair, index) => ({ ...pair, taskId: `task ${index}` }));
    expect(judge(hundredTasks, rule, 1).promoted).toBe(true);
  });

  it('draws no conclusion from fewer tasks than could win by luck alone', () => {
    const sure = (tasks: number) =>
      pairsOf(tasks, () => ({ incumbent: { quality: 0.2, costUsd: 0.01, latencyMs: 1000 }, candidate: { quality: 1, costUsd: 0.01, latencyMs: 1000 } }), 1);
    // All of n tasks are won by luck with probability 2^-n; a look may spend 0.05 / 5.
    for (const tasks of [0, 1, 2, 4, 6]) expect(judge(sure(tasks), rule, 1).promoted).toBe(false);
    for (const tasks of [7, 8, 20]) expect(judge(sure(tasks), rule, 1).promoted).toBe(true);
    expect(judge(sure(5), { ...rule, looks: 1 }, 1).promoted).toBe(true);
  });

  it('promotes nothing without pairs, and counts only those whose two qualities are known', () => {
    const nothing = { promoted: false, pairs: 0, utilityGain: 0, utilityLow: 0, qualityGain: 0, qualityLow: 0 };
    expect(judge([], rule, 1)).toEqual(nothing);
    const known = pairsOf(12, (_, luck) => ({ incumbent: typical(0, luck.child('a')), candidate: typical(0.3, luck.child('b')) }), 1);
    const censor = (outcome: Outcome): Outcome => ({ ...outcome, quality: null });
    expect(
      judge(
        known.map((pair) => ({ ...pair, candidate: censor(pair.candidate) })),
        rule,
        1,
      ),
    ).toEqual(nothing);
    const mixed = known.flatMap((pair) => [pair, { ...pair, incumbent: censor(pair.incumbent) }, { ...pair, candidate: censor(pair.candidate) }]);
    expect(judge(mixed, rule, 1)).toEqual(judge(known, rule, 1));
    expect(judge(known, rule, 1).pairs).toBe(12);
  });

  it('asks for more on each look the more looks are planned', () => {
    const pairs = pairsOf(20, (_, luck) => ({ incumbent: typical(0, luck.child('a')), candidate: typical(0.1, luck.child('b')) }), 3);
    const lows = [1, 3, 10, 40].map((looks) => judge(pairs, { ...rule, looks }, 1).utilityLow);
    expect(lows).toEqual(lows.toSorted((a, b) => b - a));
    expect(new Set(lows).size).toBe(lows.length);
  });

  it('does not depend on the order of the pairs, up to rounding, and judges the same data alike', () => {
    const pairs = pairsOf(12, (_, luck) => ({ incumbent: typical(0, luck.child('a')), candidate: typical(0.1, luck.child('b')) }), 2, 3);
    const verdict = judge(pairs, rule, 1);
    expect(judge(pairs, rule, 1)).toEqual(verdict);
    const reversed = judge(pairs.toReversed(), rule, 1);
    expect(reversed.promoted).toBe(verdict.promoted);
    expect(reversed.utilityLow).toBeCloseTo(verdict.utilityLow, 12);
    expect(reversed.qualityLow).toBeCloseTo(verdict.qualityLow, 12);
  });
});

/** Quality of a task between 0 and 1, cost and latency around those of the baseline. */
function typical(gain: number, luck: ReturnType<typeof seededRandom>): Outcome {
  return {
    quality: Math.min(1, Math.max(0, 0.5 + gain + 0.15 * luck.normal('quality'))),
    costUsd: 0.01 * Math.exp(0.2 * luck.normal('cost')),
    latencyMs: 1000 * Math.exp(0.2 * luck.normal('latency')),
  };
}

function pairsOf(
  tasks: number,
  outcomes: (task: number, luck: ReturnType<typeof seededRandom>) => { readonly incumbent: Outcome; readonly candidate: Outcome },
  seed: number,
  repeats = 1,
): readonly PromotionPair[] {
  return Array.from({ length: tasks * repeats }, (_, index) => ({
    taskId: `task ${index % tasks}`,
    ...outcomes(index % tasks, seededRandom('luck', seed, index)),
  }));
}

/** Mean utility of the candidate less that of the incumbent, over pairs of different tasks. */
function gainOf(pairs: readonly PromotionPair[]): number {
  const utility = (outcome: Outcome) => outcomeUtility(outcome, prices, scale) as number;
  return pairs.reduce((sum, { incumbent, candidate }) => sum + utility(candidate) - utility(incumbent), 0) / pairs.length;
}

function judge(pairs: readonly PromotionPair[], by: PromotionRule, seed: number) {
  return judgePromotion(pairs, by, { prices, scale, random: seededRandom('judge', seed) });
}
