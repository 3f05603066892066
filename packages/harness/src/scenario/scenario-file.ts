/** scenario.yaml: the world. What is asked, how answers are scored, what may be done, what it costs, what is wanted. */
import { armSchema } from '@ratchet/core';
import { objectiveSchema, utilityPricesSchema } from '@ratchet/learning';
import { z } from 'zod';
import { scorerConfigSchema } from '../scorers/scorer-config.ts';
import { armGridSchema } from './arm-grid.ts';

const relativeChange = z.number().describe('In percent');

/** `simulation` is the schema of the simulated models, which the adapter that simulates them owns. */
export function scenarioSchema<Simulation extends z.ZodType>(simulation: Simulation) {
  return z.strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'a name has lower-case letters, digits and dashes'),
    title: z.string().min(1),
    description: z.string().min(1),
    source: z
      .discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('tasks') }).describe('tasks/*.yaml beside this file, with answers/*.yaml for simulated models'),
        z.strictObject({ kind: z.literal('outcome-table') }).describe('A full table of outcomes in the folder given by --data; its models are the arms'),
        z
          .strictObject({ kind: z.literal('recorded-answers') })
          .describe('tasks.jsonl and answers.jsonl in the folder given by --data; its recorded strategies are the arms'),
      ])
      .default({ kind: 'tasks' }),
    scorer: scorerConfigSchema,
    simulation: simulation.optional(),
    prices: z
      .record(
        z.string().min(1),
        z.strictObject({ inputUsdPerMTok: z.number().min(0), outputUsdPerMTok: z.number().min(0), asOf: z.iso.date(), source: z.string().min(1) }),
      )
      .default({})
      .describe('Prices of models, before those of the built-in table'),
    arms: z.array(armGridSchema).default([]),
    heuristic: z
      .strictObject({
        direct: armSchema.options[0],
        batch: armSchema.options[1],
        orchestrate: armSchema.options[2],
        collaborate: armSchema.options[3],
      })
      .optional()
      .describe('What the heuristic policy does for each strategy: generation 0'),
    baseline: z
      .string()
      .regex(/^(heuristic|random|best-fixed|best-quality|fixed:.+)$/, 'heuristic, random, best-fixed, best-quality or fixed:<arm>')
      .default('heuristic')
      .describe('What everything is compared with'),
    objective: objectiveSchema.prefault({ kind: 'constrained' }),
    utility: utilityPricesSchema,
    expected: z
      .strictObject({
        source: z.string().min(1),
        cost: relativeChange.optional(),
        speed: relativeChange.optional(),
        quality: relativeChange.optional(),
      })
      .optional()
      .describe('The improvement that somebody promised, for the report to set beside what was measured'),
  });
}

export type ScenarioFile = z.output<ReturnType<typeof scenarioSchema<z.ZodType<unknown>>>>;
