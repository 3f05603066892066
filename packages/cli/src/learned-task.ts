/** What was learned from a log, and for what: arms and objective, kept beside the snapshots. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { armSchema } from '@ratchet/core';
import { parseYaml } from '@ratchet/harness';
import { type LearningTask, objectiveSchema, randomPolicy, utilityPricesSchema } from '@ratchet/learning';
import { z } from 'zod';
import { UsageError } from './usage-error.ts';

/** Costs count three times as much as latency, as in the shipped scenarios; the mean of the log's first batch is 1. */
const usualPrices = { cost: 0.3, latency: 0.1 };

/** A file that states them, and what the flags of `learn` come to. */
export const wantedSchema = z.strictObject({
  objective: objectiveSchema.prefault({ kind: 'constrained', floor: { kind: 'best-arm' } }),
  utility: utilityPricesSchema.prefault(usualPrices),
});
export type Wanted = z.infer<typeof wantedSchema>;

const learnedTaskSchema = wantedSchema.extend({ arms: z.array(armSchema).min(1) });
type LearnedTask = z.infer<typeof learnedTaskSchema>;

const fileName = 'task.json';

/** Before anything is learned, every arm is tried alike. */
export function taskOf({ arms, objective, utility }: LearnedTask): LearningTask {
  return { arms, objective, prices: utility, initialPolicy: randomPolicy(arms) };
}

export function saveTask(directory: string, task: LearnedTask): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, fileName), `${JSON.stringify(task, null, 2)}\n`);
}

/** Throws a `UsageError` where nothing was learned under this name, and a `ConfigError` for a damaged file. */
export function loadTask(directory: string, name: string): LearningTask {
  const file = join(directory, fileName);
  if (!existsSync(file)) throw new UsageError(`nothing is learned under the name ${name} yet. First: pnpm ratchet learn --log FILE --name ${name}`);
  return taskOf(parseYaml(readFileSync(file, 'utf8'), file, learnedTaskSchema));
}
