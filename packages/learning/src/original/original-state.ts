/** What the original plan's learner keeps: training rows, parameters per strategy, and each model's record. */
import { type Arm, armSchema, modelsOf, type StrategyName, strategyNames } from '@ratchet/core';
import { z } from 'zod';
import type { HeuristicArms } from '../policies/heuristic.ts';
import { SnapshotError } from '../snapshot.ts';

const rowSchema = z.strictObject({
  features: z.array(z.number()).length(10),
  strategy: z.enum(['direct', 'batch', 'orchestrate', 'collaborate']),
  /** quality / (cost x latency): the plan's ratio reward. */
  performance: z.number(),
});

const stateSchema = z.strictObject({
  generation: z.int().min(0),
  rows: z.array(rowSchema),
  arms: z.strictObject({ direct: armSchema, batch: armSchema, orchestrate: armSchema, collaborate: armSchema }),
  models: z.record(z.string(), z.strictObject({ successes: z.number().min(1), failures: z.number().min(1) })),
});

export type TrainingRow = z.infer<typeof rowSchema>;
export type OriginalState = z.infer<typeof stateSchema>;

export function initialOriginalState(heuristic: HeuristicArms, arms: readonly Arm[]): OriginalState {
  const models = [...new Set(arms.flatMap((arm) => modelsOf(arm)))].sort();
  return {
    generation: 0,
    rows: [],
    arms: Object.fromEntries(strategyNames.map((name) => [name, heuristic[name]])) as Record<StrategyName, Arm>,
    models: Object.fromEntries(models.map((model) => [model, { successes: 1, failures: 1 }])),
  };
}

export function restoreOriginalState(saved: unknown): OriginalState {
  const parsed = stateSchema.safeParse(saved);
  if (!parsed.success) throw new SnapshotError(`the saved state is not one of the original policy: ${parsed.error.issues[0]?.message}`);
  return parsed.data;
}
