/** What `GET /api/live` sends: what happened since the message before. */
import { z } from 'zod';

const verdictSchema = z
  .union([
    z.looseObject({ kind: z.literal('refused'), reason: z.string() }),
    z.looseObject({ kind: z.literal('estimated'), value: z.number(), low: z.number(), high: z.number() }),
  ])
  .nullable();

const learningSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folded'), generation: z.int(), entries: z.int() }),
  z.object({ kind: z.literal('judged'), generation: z.int(), utility: verdictSchema, quality: verdictSchema }),
  z.object({ kind: z.literal('promoted'), generation: z.int() }),
  z.object({ kind: z.literal('kept-out'), generation: z.int(), why: z.string() }),
  z.object({ kind: z.literal('rolled-back'), from: z.int(), to: z.int(), why: z.string() }),
  z.object({ kind: z.literal('failed'), why: z.string() }),
]);

export const liveDecisionSchema = z.object({
  id: z.string(),
  at: z.string(),
  arm: z.string(),
  strategy: z.string(),
  models: z.array(z.string()),
  generation: z.int(),
  explored: z.boolean(),
  status: z.enum(['answered', 'failed', 'cancelled']),
  costUsd: z.number().nullable(),
  latencyMs: z.number().nullable(),
});
export type LiveDecision = z.infer<typeof liveDecisionSchema>;

export const liveMessageSchema = z.object({
  decisions: z.array(liveDecisionSchema),
  feedback: z.array(z.object({ decision: z.string(), quality: z.number() })),
  learning: z.array(learningSchema),
  dropped: z.int().describe('Of this message, what the reader was too slow for; the oldest is left out'),
});
export type LiveMessage = z.infer<typeof liveMessageSchema>;
