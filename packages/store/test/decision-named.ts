/** A decision for tests. */
import type { StoredDecision } from '@ratchet/core';

export const decisionNamed = (id: string, changes: Partial<StoredDecision> = {}): StoredDecision => ({
  id,
  atMs: 1,
  tenant: 'acme',
  keyId: 'k1',
  text: 'Add 2 and 3.',
  session: null,
  armId: 'direct/mini',
  propensity: 0.75,
  candidates: [
    { armId: 'direct/mini', propensity: 0.75 },
    { armId: 'direct/large', propensity: 0.25 },
  ],
  generation: 0,
  explored: false,
  learnable: true,
  status: 'answered',
  costUsd: 0.001,
  latencyMs: 900,
  predictedQuality: null,
  predictedCostUsd: null,
  predictedRegret: null,
  family: null,
  tools: null,
  ...changes,
});
