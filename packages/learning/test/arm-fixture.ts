/** Arms of all four strategies over two models, and events that an arm was chosen. */
import { type Analysis, type Arm, armId, armSchema } from '@ratchet/core';
import type { LearningEvent, Outcome } from '../src/outcome.ts';
import type { HeuristicArms } from '../src/policies/heuristic.ts';
import { analysisWith } from './analysis-fixture.ts';

export const directMini = armSchema.parse({ strategy: 'direct', model: 'mini' });
export const directLarge = armSchema.parse({ strategy: 'direct', model: 'large' });
export const batchMini = armSchema.parse({ strategy: 'batch', model: 'mini' });
export const orchestrateMini = armSchema.parse({ strategy: 'orchestrate', model: 'mini' });
export const orchestrateLarge = armSchema.parse({ strategy: 'orchestrate', model: 'large' });
export const collaborateBoth = armSchema.parse({ strategy: 'collaborate', models: ['mini', 'large'] });

export const heuristicArms: HeuristicArms = { direct: directMini, batch: batchMini, orchestrate: orchestrateMini, collaborate: collaborateBoth };

/** The arm was chosen for the request, with this outcome; what is left out of the outcome is a typical value. */
export function eventOf(arm: Arm, outcome: Partial<Outcome> = {}, analysis: Analysis = analysisWith()): LearningEvent {
  return {
    id: `${analysis.requestId} by ${armId(arm)}`,
    analysis,
    arm,
    propensity: 1,
    outcome: { quality: 0.7, costUsd: 0.001, latencyMs: 2000, ...outcome },
  };
}
