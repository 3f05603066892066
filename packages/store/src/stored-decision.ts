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
  tools: z
    .object({ names: z.array(z.string()), parameters: z.number().min(0), schemaCharacters: z.number().min(0) })
    .nullable()
    .default(null),
});

/**
 * With its candidates in runs of one probability, `[probability, [arm, ...]]`, in their order. Who explores gives most arms the same: written one
 * by one they are two thirds of the text. Versions before read no runs: for stores that replicas of such a version do not share.
 */
export function decisionText(decision: StoredDecision): string {
  const runs: [propensity: number, armIds: string[]][] = [];
  for (const { armId, propensity } of decision.candidates) {
    const last = runs.at(-1);
    if (last?.[0] === propensity) last[1].push(armId);
    else runs.push([propensity, [armId]]);
  }
  return JSON.stringify({ ...decision, candidates: runs });
}

/** Either way of writing candidates. Throws a `StoreError` of kind `damaged` for a text that no decision can be. */
export function readDecision(json: string): StoredDecision {
  try {
    const { candidates, ...given } = JSON.parse(json);
    return storedDecisionSchema.parse({ ...given, candidates: Array.isArray(candidates) ? candidates.flatMap(oneByOne) : candidates });
  } catch (cause) {
    throw new StoreError('damaged', 'a decision of the store cannot be read', { cause });
  }
}

function oneByOne(given: unknown): readonly unknown[] {
  if (!Array.isArray(given)) return [given];
  const [propensity, armIds] = given;
  // What is no run is no candidate either.
  return Array.isArray(armIds) ? armIds.map((armId: unknown) => ({ armId, propensity })) : [given];
}
