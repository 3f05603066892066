/** A run as large as one wants, made up: for measurements of the page, which does not see the difference. */

import type { Summary } from '@ratchet/harness/figures';
import type { TrialRow } from '@ratchet/service';
import { emptySummary } from '../../src/page/elements/empty-summary.ts';

const families = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'];
const strategies = ['direct', 'batch', 'orchestrate', 'collaborate'];

export function largeSummary(generations: number): Summary {
  const around = (mean: number) => ({ mean, low: mean * 0.95, high: mean * 1.05 });
  const metrics = (turn: number) => ({
    quality: around(0.7 + 0.2 * (1 - 1 / (turn + 1))),
    costUsd: around(0.1 / (turn + 1)),
    latencyMs: around(20_000 / (turn + 1)),
    utility: around(0.5 + 0.3 * (1 - 1 / (turn + 1))),
    regret: around(0.4 / (turn + 1)),
  });
  const policy = (promoted: number[] | null) => ({
    heldout: metrics(promoted === null ? 0 : generations),
    heldoutAtStart: null,
    promoted,
    strategies: {},
    models: {},
    solved: 1,
    trials: 1,
  });
  const turns = Array.from({ length: generations }, (_, turn) => turn);
  return {
    ...emptySummary,
    title: 'Measured',
    evidence: 'simulated',
    generations,
    baseline: 'heuristic',
    policies: { heuristic: policy(null), learned: policy([generations]) },
    generationRows: turns.map((generation) => ({
      policy: 'learned',
      generation,
      phase: 'train' as const,
      trials: 100,
      metrics: metrics(generation),
      promotedSeeds: null,
      strategies: { direct: 0.5, batch: 0.5 },
      models: { mini: 1 },
      parameters: { 'direct.temperature': generation / 100 },
    })),
    decisions: turns.flatMap((generation) =>
      families.flatMap((family, row) =>
        strategies.map((strategy, column) => ({
          policy: 'learned',
          generation,
          phase: 'train' as const,
          family,
          strategy,
          count: 1 + ((generation * 7 + row * 3 + column * 5) % 11),
        })),
      ),
    ),
    armPoints: Array.from({ length: 40 }, (_, arm) => ({
      arm: `direct/m${arm}`,
      quality: 0.5 + arm / 100,
      costUsd: 0.001 * (arm + 1),
      latencyMs: 1000,
      utility: 0.5,
    })),
  };
}

export function trialAt(index: number): TrialRow {
  return {
    id: `learned/s1/g1.1/heldout/task-${index}`,
    phase: 'heldout',
    policy: 'learned',
    seed: 1,
    generation: 1,
    snapshot: 1,
    repeat: 0,
    task: `group/task-${index}`,
    arm: 'direct/mini',
    strategy: strategies[index % 4] as string,
    propensity: 0.5,
    status: 'completed',
    quality: (index % 100) / 100,
    costUsd: 0.001,
    latencyMs: 1000 + index,
    calls: 1,
    inputTokens: 100,
    outputTokens: 100,
  };
}
