/** A decision as a store keeps it: one JSON text, checked again when it is read. */
import { type StoredDecision, StoreError } from '@ratchet/core';
import { z } from 'zod';

const amount = z.number().min(0).nullable();
const probability = z.number().gt(0).max(1);

// What a later version adds is passed over: while replicas are replaced, those of both versions read one log.
const storedDecisionSchema = z.object({
  id: z.string().min(1),
  atMs: z.number(),
  tenant: z.string(),
  keyId: z.string(),
  text: z.string(),
  session: z.string().nullable(),
  armId: z.string().min(1),
  propensity: probability,
  candidates: z.array(z.object({ armId: z.string().min(1), propensity: probability })),
  generation: z.int().min(0),
  explored: z.boolean(),
  learnable: z.boolean(),
  status: z.enum(['answered', 'failed', 'cancelled']),
  costUsd: amount,
  latencyMs: amount,
  predictedQuality: z.number().nullable(),
  predictedCostUsd: z.number().nullable(),
  predictedRegret: z.number().nullable().default(null),
  family: z.enum(['single', 'list', 'ordered', 'cyclic']).nullable().default(null),
});

/** Throws a `StoreError` of kind `damaged` for a text that no decision can be. */
export function readDecision(json: string): StoredDecision {
  try {
    return storedDecisionSchema.parse(JSON.parse(json));
  } catch (cause) {
    throw new StoreError('damaged', 'a decision of the store cannot be read', { cause });
  }
}
