import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { estimateRun, type RunAmount, worstCostUsd } from '../../src/experiment/estimate-run.ts';
import { runTiny, scriptedWorld, tiny, tinyPlan } from './tiny-experiment.ts';

const amounts: readonly (keyof RunAmount)[] = ['calls', 'inputTokens', 'outputTokens', 'costUsd'];
const anyProtocol = fc.record({
  policies: fc.subarray(['heuristic', 'random', 'learned', 'greedy', 'oracle'], { minLength: 1 }),
  generations: fc.nat(4),
  seeds: fc.integer({ min: 1, max: 2 }),
  judgeEvery: fc.integer({ min: 1, max: 3 }),
  trainRepeats: fc.integer({ min: 1, max: 2 }),
  validationRepeats: fc.integer({ min: 1, max: 2 }),
  heldoutRepeats: fc.integer({ min: 1, max: 3 }),
  profileRepeats: fc.integer({ min: 1, max: 3 }),
});
const prices: Readonly<Record<string, { inputUsdPerMTok: number; outputUsdPerMTok: number }>> = {
  small: { inputUsdPerMTok: 0.1, outputUsdPerMTok: 0.4 },
  large: { inputUsdPerMTok: 30, outputUsdPerMTok: 60 },
};
const priced = { ...scriptedWorld(), tokenPrice: (model: string) => prices[model] as { inputUsdPerMTok: number; outputUsdPerMTok: number } };

describe('estimateRun', () => {
  it('is never higher at its low end than expected, nor than at its worst', () => {
    fc.assert(
      fc.property(anyProtocol, (protocol) => {
        const { low, expected, worst } = estimateRun(tinyPlan(protocol), priced);
        for (const amount of amounts) {
          expect(low[amount]).toBeLessThanOrEqual(expected[amount]);
          expect(expected[amount]).toBeLessThanOrEqual(worst[amount]);
          expect(low[amount]).toBeGreaterThan(0);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('counts the trials and profile attempts that the run then makes', async () => {
    await fc.assert(
      fc.asyncProperty(anyProtocol, async (protocol) => {
        const plan = tinyPlan(protocol);
        const estimate = estimateRun(plan, priced);
        const world = scriptedWorld();
        const { trials } = await runTiny(plan, { world });
        expect(estimate.trials).toBe(trials.length);
        expect(estimate.trials + estimate.profileAttempts).toBe(world.opened());
      }),
      { numRuns: 6 },
    );
  });

  it('holds the calls that are then made between its ends', async () => {
    const plan = tinyPlan({ policies: ['random', 'learned'], seeds: 2 });
    const { low, worst } = estimateRun(plan, priced);
    const world = scriptedWorld();
    await runTiny(plan, { world });
    expect(world.calls()).toBeGreaterThanOrEqual(low.calls);
    expect(world.calls()).toBeLessThanOrEqual(worst.calls);
  });

  it('knows what recorded outcomes cost', () => {
    const world = { ...scriptedWorld(), knownOutcome: (_task: string, arm: string) => ({ quality: 1, costUsd: arm === 'direct/large' ? 2 : 1, latencyMs: 1 }) };
    const { trials, profileAttempts, low, expected, worst } = estimateRun(tinyPlan({ policies: ['heuristic'], generations: 0 }), world);
    expect(profileAttempts).toBe(0);
    expect([low.costUsd, worst.costUsd]).toEqual([trials, 2 * trials]);
    expect(expected.costUsd).toBeCloseTo(trials * (1 + 1 / tiny.arms.length), 9);
  });
});

describe('worstCostUsd', () => {
  it('is the worst of all arms', () => {
    const task = tiny.tasks[0] as (typeof tiny.tasks)[number];
    const alone = tiny.arms.map((arm) => worstCostUsd(task, [arm], priced));
    expect(worstCostUsd(task, tiny.arms, priced)).toBe(Math.max(...alone));
    expect(new Set(alone).size).toBeGreaterThan(2);
  });
});
