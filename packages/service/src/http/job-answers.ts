/** What the API says of experiments that can be run, and of jobs that run one or train. */
import { z } from 'zod';

export const experimentListSchema = z.object({
  experiments: z.array(
    z.object({ name: z.string(), title: z.string(), scenario: z.string(), generations: z.int(), seeds: z.int(), policies: z.array(z.string()) }),
  ),
});
export type ExperimentList = z.infer<typeof experimentListSchema>;

export const jobSchema = z.object({
  id: z.string(),
  kind: z.enum(['experiment', 'train']),
  title: z.string(),
  state: z.enum(['running', 'done', 'failed', 'stopped']),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  spentUsd: z.number().describe('By the prices of models, simulated ones too'),
  budgetUsd: z.number().nullable(),
  progress: z.object({ done: z.int(), of: z.int() }).nullable(),
  result: z.object({ experiment: z.string(), run: z.string() }).nullable(),
  error: z.string().nullable(),
});
export type Job = z.infer<typeof jobSchema>;

export const jobListSchema = z.object({ jobs: z.array(jobSchema).describe('The newest first; the last 20 of this process') });
export type JobList = z.infer<typeof jobListSchema>;

export const jobWishSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('experiment'),
    name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'the name of an experiment: small letters, digits and dashes'),
    limit: z.int().min(1).max(100_000).optional().describe('Tasks; by default all'),
    seeds: z.int().min(1).max(100).optional(),
    generations: z.int().min(0).max(100).optional(),
    budgetUsd: z.number().min(0).optional(),
  }),
  z.strictObject({ kind: z.literal('train'), tasks: z.int().min(0).max(10_000).describe('Of the scenario, executed and scored before it learns') }),
]);
export type JobWish = z.infer<typeof jobWishSchema>;

export const jobEventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('log'), line: z.string() }),
  z.object({ kind: z.literal('progress'), done: z.int(), of: z.int(), spentUsd: z.number() }),
  z.object({ kind: z.literal('end'), job: jobSchema }),
]);
export type JobEvent = z.infer<typeof jobEventSchema>;
