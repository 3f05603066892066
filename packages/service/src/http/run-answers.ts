/** What the API says of runs of experiments, their trials and how two of them compare. */
import { summarySchema } from '@ratchet/harness';
import { z } from 'zod';
import { intervalSchema } from '../interval.ts';

const metricsSchema = z.object({ utility: intervalSchema, quality: intervalSchema, costUsd: intervalSchema, latencyMs: intervalSchema });

export const runHeadSchema = z.object({
  experiment: z.string(),
  run: z.string(),
  scenario: z.string().nullable(),
  title: z.string().nullable(),
  evidence: z.enum(['simulated', 'recorded', 'live']).nullable(),
  complete: z.boolean(),
  startedAt: z.string().nullable(),
  durationMs: z.number().nullable(),
  tasks: z.int().nullable(),
  seeds: z.int().nullable(),
  generations: z.int().nullable(),
  policies: z.array(z.string()).describe('Those with held-out trials'),
  gate: z.boolean().nullable(),
  learned: metricsSchema.nullable().describe('Held-out, of the policy `learned`'),
  baseline: metricsSchema.nullable(),
  hasTrials: z.boolean().describe('Whether its trials.jsonl is there'),
  problem: z.string().optional().describe('Why the folder cannot be read; what is not known of it is null then'),
});
export type RunHead = z.infer<typeof runHeadSchema>;

export const runListSchema = z.object({ runs: z.array(runHeadSchema).describe('The newest first') });
export type RunList = z.infer<typeof runListSchema>;

const amount = z.number().nullable();
export const taskOutcomeSchema = z.object({
  policy: z.string(),
  seed: z.int(),
  task: z.string(),
  trials: z.int(),
  scored: z.int(),
  quality: amount,
  costUsd: amount,
  latencyMs: amount,
});
export type TaskOutcomeRow = z.infer<typeof taskOutcomeSchema>;

export const runDetailSchema = z.object({
  summary: summarySchema,
  manifest: z.record(z.string(), z.unknown()),
  outcomes: z.array(taskOutcomeSchema).describe('Rows of tasks.csv; none where the run has no such table'),
});
export type RunDetail = z.infer<typeof runDetailSchema>;

export const trialPhases = ['tuning', 'train', 'validation', 'heldout'] as const;
export const trialStatuses = ['completed', 'failed', 'unscored'] as const;

export const trialSchema = z.object({
  id: z.string(),
  phase: z.enum(trialPhases),
  policy: z.string(),
  seed: z.int(),
  generation: z.int(),
  snapshot: z.int(),
  repeat: z.int(),
  task: z.string(),
  arm: z.string(),
  strategy: z.string(),
  propensity: z.number(),
  candidates: z.object({ rest: z.number(), above: z.array(z.tuple([z.int(), z.number()])) }).optional(),
  status: z.enum(trialStatuses),
  quality: amount,
  costUsd: amount,
  latencyMs: amount,
  calls: z.int(),
  inputTokens: z.int(),
  outputTokens: z.int(),
  error: z.string().optional(),
});
export type TrialRow = z.infer<typeof trialSchema>;

export const trialPageSchema = z.object({ total: z.int().describe('Of those that were asked for'), trials: z.array(trialSchema) });
export type TrialPage = z.infer<typeof trialPageSchema>;

export interface TraceSpan {
  name: string;
  startedAtMs: number;
  durationMs: number;
  attributes: Record<string, unknown>;
  results: Record<string, unknown>;
  content?: Record<string, unknown> | undefined;
  error?: { kind: string; message?: string | undefined } | undefined;
  children: TraceSpan[];
}

const record = z.record(z.string(), z.unknown());
export const traceSpanSchema: z.ZodType<TraceSpan> = z.object({
  name: z.string(),
  startedAtMs: z.number().describe('Milliseconds of the Unix epoch'),
  durationMs: z.number().describe('By the clock on the wall; what a simulated model takes is in `results.latencyMs`'),
  attributes: record,
  results: record,
  content: record.optional(),
  error: z.object({ kind: z.string(), message: z.string().optional() }).optional(),
  get children() {
    return z.array(traceSpanSchema);
  },
});

export const trialDetailSchema = z.object({
  trial: trialSchema,
  request: z.string().nullable().describe("The task's text; null where the scenario is not there as it was"),
  answer: z.string().nullable(),
  answerFrom: z
    .enum(['trace', 'repeated'])
    .nullable()
    .describe('`repeated`: the simulated trial was executed again under its own luck, which gives the same answer'),
  trace: traceSpanSchema.nullable(),
});
export type TrialDetail = z.infer<typeof trialDetailSchema>;

const differenceSchema = z
  .object({ mean: z.number(), low: z.number(), high: z.number(), p: z.number().describe('Two-sided, not adjusted for several comparisons') })
  .nullable();
const sideSchema = z.object({ quality: amount, costUsd: amount, latencyMs: amount, utility: amount });
const placeSchema = z.object({ experiment: z.string(), run: z.string(), policy: z.string() });

export const comparisonSchema = z.object({
  a: placeSchema,
  b: placeSchema,
  comparable: z.union([z.literal(true), z.string()]).describe('true, or why what differs may have other causes than the policies'),
  differences: z
    .object({ utility: differenceSchema, quality: differenceSchema, costUsd: differenceSchema, latencyMs: differenceSchema })
    .describe('b less a, paired by task and seed, intervals of 95% over whole tasks'),
  from: z
    .enum(['report', 'tasks'])
    .describe(
      "Whether these are the report's own figures, or made from the tables of tasks: there the utility is measured by the baseline on held-out tasks, in reports on training tasks",
    ),
  tasks: z
    .array(z.object({ task: z.string(), family: z.string().nullable(), a: sideSchema, b: sideSchema, utility: amount.describe('b less a') }))
    .describe('By the size of what was gained or lost, the greatest loss first'),
  gained: z.array(z.string()).describe('Tasks on which b has the better quality on average'),
  lost: z.array(z.string()),
});
export type RunComparison = z.infer<typeof comparisonSchema>;
