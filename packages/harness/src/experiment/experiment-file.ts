/** experiments/<name>.yaml: the protocol. Which scenario, which policies, how many generations and seeds, which gates. */
import { z } from 'zod';

const share = z.number().min(0).max(1);

export const gateSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('difference'),
      metric: z.enum(['quality', 'costUsd', 'latencyMs', 'utility']),
      candidate: z.string().default('learned').describe('`*` stands for anything: a check for each policy that was compared with the baseline'),
      baseline: z.string().optional().describe("Defaults to the scenario's baseline"),
      above: z.number().optional().describe('The lower bound of candidate - baseline must be above it'),
      below: z.number().optional().describe('The upper bound of candidate - baseline must be below it'),
    })
    .refine(({ above, below }) => above !== undefined || below !== undefined, 'a difference is judged by `above`, by `below` or by both'),
  z.strictObject({ kind: z.literal('errors'), most: z.int().min(0).default(0).describe('Trials that may fail or stay unscored') }),
]);
export type GateRule = z.infer<typeof gateSchema>;

export const tuningSchema = z.strictObject({
  keep: z.int().min(1).max(16).default(2).describe('How many arms of the same strategy and models go on to the learners; of all arms never more than 16'),
  eta: z.int().min(2).default(3).describe('One in so many goes on to the next rung, which has so many times the tasks'),
  firstTasks: z.int().min(1).default(8).describe('Training tasks of the first rung'),
});
export type TuningSettings = z.infer<typeof tuningSchema>;

export const experimentSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a name has lower-case letters, digits and dashes'),
  scenario: z.string().min(1).describe('A folder under scenarios/, or a path'),
  policies: z
    .array(
      z
        .string()
        .regex(
          /^(heuristic|random|best-fixed|best-quality|greedy|oracle|learned|original|fixed:.+)$/,
          'heuristic, random, best-fixed, best-quality, greedy, oracle, learned, original or fixed:<arm>, where * stands for anything',
        ),
    )
    .min(1),
  generations: z.int().min(0).max(1000).default(10),
  seeds: z.int().min(1).max(1000).default(5).describe('How many; they are numbered from 1'),
  split: z
    .strictObject({ train: share, validation: share, heldout: share })
    .refine(({ train, validation, heldout }) => Math.abs(train + validation + heldout - 1) < 1e-9, 'the shares must sum to 1')
    .default({ train: 0.5, validation: 0.2, heldout: 0.3 }),
  tasksPerGeneration: z.number().positive().max(1).default(1).describe('Share of the training tasks that each generation runs'),
  trainRepeats: z.int().min(1).default(1).describe('How often a generation runs each of its tasks, each time with other luck'),
  judgeEvery: z.int().min(1).default(1).describe('After how many generations a candidate is judged on the validation tasks, and last of all at the end'),
  validationRepeats: z.int().min(1).default(2).describe('How often each validation task is run by candidate and incumbent'),
  heldoutRepeats: z.int().min(1).default(3).describe('How often each held-out task is run, each time with other luck'),
  profileRepeats: z.int().min(1).default(8).describe('Runs of each arm on each task from which its expected outcome is taken'),
  tuning: tuningSchema
    .optional()
    .describe('Races arms that differ in their parameters alone on training tasks, and gives learners those that win; off by default'),
  promotion: z
    .strictObject({ alpha: z.number().gt(0).lt(1).default(0.05), margin: z.number().min(0).max(1).default(0.02) })
    .default({ alpha: 0.05, margin: 0.02 }),
  gate: z.array(gateSchema).default([{ kind: 'errors', most: 0 }]),
});
export type ExperimentFile = z.infer<typeof experimentSchema>;
