/** What `GET /api/learned` answers: what each generation came to in service, by the log. */
import { z } from 'zod';
import { intervalSchema } from './interval.ts';

const metrics = { quality: intervalSchema, costUsd: intervalSchema, latencyMs: intervalSchema };

export const requestFamilies = ['single', 'list', 'ordered', 'cyclic'] as const;

const generationSchema = z.object({
  generation: z.int(),
  at: z.string().nullable().describe('When it was made; null for generation 0'),
  decisions: z.int().describe('Answered while it served, and of use to learners: with what explored, without failures, named models and private keys'),
  judged: z.int(),
  ...metrics,
  regret: intervalSchema.describe('Predicted utility of the best candidate less that of the chosen one, by the generation itself when it decided'),
  strategies: z.record(z.string(), z.number()).describe('Shares of decisions'),
  explored: z
    .object({ decisions: z.int(), judged: z.int(), ...metrics })
    .describe('Of these decisions those that explored: they are in no other figure of quality, cost, latency and regret'),
  families: z
    .array(z.object({ family: z.enum(requestFamilies), strategy: z.string(), share: z.number().describe('Within the family'), decisions: z.int() }))
    .describe('By what the analysis found: one part, several, several in an order, or a cycle'),
});

export const learnedSchema = z.object({
  serving: z.int(),
  generations: z.array(generationSchema),
  heuristic: z.object(metrics).describe('What generation 0 decided'),
  events: z
    .array(
      z.object({ at: z.string(), kind: z.enum(['promoted', 'rolled-back', 'by-hand']), generation: z.int().describe('Serves from then on'), why: z.string() }),
    )
    .describe('The oldest first'),
});
export type Learned = z.infer<typeof learnedSchema>;
export type LearnedGeneration = z.infer<typeof generationSchema>;
