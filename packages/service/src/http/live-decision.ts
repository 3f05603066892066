/** What is told of a decision to those who watch or look back. */
import { z } from 'zod';

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
