/** What an experiment found, as `summary.json` holds it and every report shows it. */
import { z } from 'zod';

/** A mean with its 95% interval (bootstrap over whole tasks). null where nothing is known. */
export const estimateSchema = z.strictObject({ mean: z.number(), low: z.number(), high: z.number() }).nullable();
export type Estimate = z.infer<typeof estimateSchema>;

export const metricNames = ['quality', 'costUsd', 'latencyMs', 'utility', 'regret'] as const;
export type MetricName = (typeof metricNames)[number];

const metricsSchema = z.strictObject({
  quality: estimateSchema,
  costUsd: estimateSchema,
  latencyMs: estimateSchema,
  utility: estimateSchema,
  regret: estimateSchema,
});
export type Metrics = z.infer<typeof metricsSchema>;

export const comparisonSchema = z.strictObject({
  baseline: z.string(),
  candidate: z.string(),
  metric: z.enum(metricNames),
  /** Candidate minus baseline, with its 95% interval. */
  delta: z.number(),
  /** delta / baseline's mean; null where that is not above 0, as a utility may be. */
  relative: z.number().nullable(),
  low: z.number(),
  high: z.number(),
  pValue: z.number(),
  /** Adjusted over all comparisons of the report (Holm). */
  pAdjusted: z.number(),
  test: z.enum(['mcnemar-exact', 'paired-bootstrap']),
  pairs: z.int(),
  tasks: z.int(),
  /** Pairs in which the candidate's quality is higher, and lower; for other metrics null. */
  gained: z.int().nullable(),
  lost: z.int().nullable(),
  /** Of quality: tasks on which the candidate does worse on average, the worst first. */
  lostTasks: z.array(z.string()).optional(),
});
export type Comparison = z.infer<typeof comparisonSchema>;

const share = z.record(z.string(), z.number());

export const generationRowSchema = z.strictObject({
  policy: z.string(),
  generation: z.int(),
  phase: z.enum(['train', 'validation']),
  trials: z.int(),
  metrics: metricsSchema,
  /** Over seeds that promoted this generation's candidate; null where there was no candidate to judge. */
  promotedSeeds: z.int().nullable(),
  /** Share of decisions by strategy, by models, and means of the parameters by `strategy.parameter`. */
  strategies: share,
  models: share,
  parameters: share,
});
export type GenerationRow = z.infer<typeof generationRowSchema>;

export const decisionCellSchema = z.strictObject({
  policy: z.string(),
  generation: z.int(),
  phase: z.enum(['train', 'heldout']),
  family: z.string(),
  strategy: z.string(),
  count: z.int(),
});
export type DecisionCell = z.infer<typeof decisionCellSchema>;

export const armPointSchema = z.strictObject({
  arm: z.string(),
  quality: z.number().nullable(),
  costUsd: z.number().nullable(),
  latencyMs: z.number().nullable(),
  utility: z.number().nullable(),
});
export type ArmPoint = z.infer<typeof armPointSchema>;

const armIds = z.array(z.string());
const rungSchema = z.strictObject({ tasks: z.int(), raced: z.int(), kept: armIds });
const raceSchema = z.strictObject({ name: z.string(), raced: armIds, rungs: z.array(rungSchema), kept: armIds });
const tuningSchema = z.strictObject({ seed: z.int(), arms: armIds, races: z.array(raceSchema) });

export const gateCheckSchema = z.strictObject({
  name: z.string(),
  passed: z.boolean(),
  detail: z.string(),
  /** Of a check that failed: the tasks that it failed by, the worst first. */
  tasks: z.array(z.string()).optional(),
});
export type GateCheck = z.infer<typeof gateCheckSchema>;

export const summarySchema = z.strictObject({
  version: z.literal(1),
  experiment: z.string(),
  run: z.string(),
  scenario: z.string(),
  title: z.string(),
  evidence: z.enum(['simulated', 'recorded', 'live']),
  /** False for a run that stopped at its budget or was interrupted. */
  complete: z.boolean(),
  seeds: z.array(z.int()),
  generations: z.int(),
  /** When the run's last part began, and how long it took: the only fields that differ between equal runs. */
  startedAt: z.string(),
  durationMs: z.number(),
  tasks: z.strictObject({
    total: z.int(),
    train: z.number(),
    validation: z.number(),
    heldout: z.number(),
    /** Where held-out tasks have data of their own: how many tasks of the other data ask the same and were left out. */
    leftOut: z.int().optional(),
  }),
  arms: z.int(),
  trials: z.strictObject({ total: z.int(), completed: z.int(), failed: z.int(), unscored: z.int(), costUsd: z.number() }),
  /** Tasks with a trial that failed or could not be scored, and held-out tasks that were not run as often as planned; absent where there are none. */
  tasksWithErrors: z.array(z.string()).optional(),
  tasksNotRun: z.array(z.string()).optional(),
  baseline: z.string(),
  utility: z.strictObject({ formula: z.string(), costPrice: z.number(), latencyPrice: z.number(), belowFloor: z.number(), margin: z.number() }),
  policies: z.record(
    z.string(),
    z.strictObject({
      /** Final policy on held-out tasks. */
      heldout: metricsSchema,
      /** The same policy before it learned anything; null for policies that do not learn. */
      heldoutAtStart: metricsSchema.nullable(),
      /** Generation that served at the end, by seed; null for policies that do not learn. */
      promoted: z.array(z.int()).nullable(),
      /** Held-out decisions by strategy and by models. */
      strategies: share,
      models: share,
      /** Held-out trials whose answer is entirely right, of all. */
      solved: z.int(),
      trials: z.int(),
    }),
  ),
  comparisons: z.array(comparisonSchema),
  /** (policy - baseline) / (oracle - baseline) in utility; null where there is no oracle, or no gain to be had. */
  shareOfPossibleGain: z.record(z.string(), z.number().nullable()),
  /** Relative changes the original plan promised, beside those measured for the learned policy against the baseline. */
  expected: z
    .strictObject({
      source: z.string(),
      rows: z.array(z.strictObject({ metric: z.enum(['cost', 'speed', 'quality']), expected: z.number(), measured: z.number().nullable() })),
    })
    .nullable(),
  gate: z.strictObject({ passed: z.boolean(), checks: z.array(gateCheckSchema) }),
  /** Held-out tasks on which the learned policy does worse, and better, than the baseline on average. */
  changedTasks: z.strictObject({ lost: z.array(z.string()), gained: z.array(z.string()) }),
  generationRows: z.array(generationRowSchema),
  /** Where arms were raced before learning, by seed: the arms that learners got, each race, and what each of its rungs kept (best first). */
  tuning: z.array(tuningSchema).optional(),
  decisions: z.array(decisionCellSchema),
  /** Every arm's mean on the held-out tasks, where it is known. */
  armPoints: z.array(armPointSchema),
  warnings: z.array(z.string()),
});
export type Summary = z.infer<typeof summarySchema>;
