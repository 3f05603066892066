/** What `POST /api/suggest` answers: the arm that would answer a request, those beside it, and why. */
import { z } from 'zod';
import { intervalSchema } from './interval.ts';

const candidateSchema = z.object({
  arm: z.string(),
  strategy: z.string(),
  models: z.array(z.string()),
  probability: z.number().describe('With which the generation takes it for this request, without what explores'),
  prediction: z
    .object({
      quality: intervalSchema.describe('Of the expected quality'),
      costUsd: intervalSchema.describe('Holds 95% of single answers; null where too little is known'),
      latencyMs: intervalSchema.describe('Holds 95% of single answers; null where too little is known'),
    })
    .nullable(),
  meets: z
    .boolean()
    .nullable()
    .describe('Whether its expected quality reaches the floor, or its expected cost keeps to the budget; null where there is neither'),
});

export const suggestionSchema = z.object({
  strategy: z.string(),
  arm: z.string(),
  models: z.array(z.string()),
  generation: z.int(),
  complexity: z.number(),
  chunks: z.int(),
  prediction: z.object({ quality: z.number(), costUsd: z.number().nullable(), latencyMs: z.number().nullable() }).nullable(),
  candidates: z.array(candidateSchema).max(30).describe('The chosen one, then the most probable, then those with the best predicted quality'),
  reason: z.string(),
  analysis: z.object({
    complexity: z.number(),
    chunks: z.array(z.object({ index: z.int(), text: z.string(), operations: z.array(z.string()) })),
    edges: z.array(z.object({ from: z.int(), to: z.int(), reason: z.string() })),
  }),
});
export type SuggestionAnswer = z.infer<typeof suggestionSchema>;
export type SuggestedCandidate = z.infer<typeof candidateSchema>;
