import type { Summary } from '@ratchet/harness';
import { describe, expect, test } from 'vitest';
import { learningSpeeds } from '../../src/learning-speed/sample-efficiency.ts';

const estimate = (mean: number) => ({ mean, low: mean, high: mean });

/** Twenty generations of 20 trials over 2 seeds, with these costs and regrets. */
function summaryOf(cost: (generation: number) => number, regret: (generation: number) => number): Summary {
  const generationRows = Array.from({ length: 20 }, (_, index) => ({
    policy: 'learned',
    generation: index + 1,
    phase: 'train',
    trials: 20,
    metrics: { quality: null, costUsd: estimate(cost(index)), latencyMs: null, utility: null, regret: estimate(regret(index)) },
  }));
  const policies = { heuristic: { heldout: { regret: estimate(0.5) } }, learned: { heldout: { regret: estimate(0.05) } } };
  return { seeds: [1, 2], baseline: 'heuristic', generationRows, policies } as unknown as Summary;
}

describe('learningSpeeds', () => {
  test('is what the first five generations cost less what the last five do', () => {
    const [speed] = learningSpeeds(
      summaryOf(
        (generation) => (generation < 10 ? 0.04 : 0.01),
        () => 0.5,
      ),
    );
    expect(speed).toMatchObject({ earlyUsd: 0.04, lateUsd: 0.01, costReduction: 0.75, shareAtEnd: 0, tasksUntil: [null, null, null] });
    expect(speed?.shareHeldOut).toBeCloseTo(0.9, 12);
  });

  test('counts the tasks of a seed before three generations in a row have a share of the gain', () => {
    const [speed] = learningSpeeds(
      summaryOf(
        () => 1,
        (generation) => (generation < 4 ? 0.5 : generation < 8 ? 0.2 : generation === 12 ? 0.5 : 0.01),
      ),
    );
    // 60% from generation 4 on, 98% from 8 on; one bad generation later takes nothing back.
    expect(speed?.tasksUntil).toEqual([40, 70, 80]);
  });
});
