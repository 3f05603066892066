/** `GET /api/history`: what a tenant asked, the newest first. */
import { z } from 'zod';

export const historySchema = z.object({
  items: z.array(
    z.object({
      sequence: z.int(),
      id: z.string(),
      at: z.string(),
      text: z.string().describe('The first 500 characters of the request'),
      arm: z.string(),
      strategy: z.string(),
      models: z.array(z.string()),
      generation: z.int(),
      explored: z.boolean(),
      status: z.enum(['answered', 'failed', 'cancelled']),
      costUsd: z.number().nullable(),
      latencyMs: z.number().nullable(),
      quality: z.number().nullable(),
    }),
  ),
  next: z.int().nullable().describe('`before` of the next page; null where this is the last'),
});
export type History = z.infer<typeof historySchema>;
