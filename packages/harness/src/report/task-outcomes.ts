/** What each policy came to on each held-out task of each seed (tasks.csv), by which a later run is compared with this one task by task. */
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import type { ExperimentPlan } from '../experiment/experiment-plan.ts';
import type { ExperimentRun } from '../experiment/run-experiment.ts';
import type { TrialRecord } from '../experiment/trial.ts';
import { configError } from '../scenario/config-error.ts';

const count = z.coerce.number().int().min(0);
/** An empty field is not known. */
const mean = z.union([z.literal('').transform(() => null), z.coerce.number().min(0)]).nullable();

const taskOutcomeSchema = z.strictObject({
  policy: z.string().min(1),
  seed: count,
  task: z.string().min(1),
  /** Held-out trials of the policy that serves at the end, over repeats; and those of them with a quality. */
  trials: count,
  scored: count,
  /** Means over the trials in which they are known. */
  quality: mean,
  costUsd: mean,
  latencyMs: mean,
});
export type TaskOutcome = z.infer<typeof taskOutcomeSchema>;

/** In the order of policies, then of seeds, then of tasks. */
export function taskOutcomes(plan: ExperimentPlan, run: ExperimentRun): readonly TaskOutcome[] {
  const order = new Map(plan.tasks.map(({ id }, index) => [id, index]));
  return plan.policies.flatMap((policy) => {
    const final = run.kinds.get(policy) === 'learning' ? plan.experiment.generations : 0;
    const own = run.trials.filter((trial) => trial.phase === 'heldout' && trial.policy === policy && trial.generation === final);
    return plan.seeds.flatMap((seed) =>
      [
        ...Map.groupBy(
          own.filter((trial) => trial.seed === seed),
          ({ task }) => task,
        ),
      ]
        .sort(([a], [b]) => (order.get(a) ?? 0) - (order.get(b) ?? 0))
        .map(([task, trials]) => ({
          policy,
          seed,
          task,
          trials: trials.length,
          scored: trials.filter(({ quality }) => quality !== null).length,
          quality: meanOf(trials, 'quality'),
          costUsd: meanOf(trials, 'costUsd'),
          latencyMs: meanOf(trials, 'latencyMs'),
        })),
    );
  });
}

function meanOf(trials: readonly TrialRecord[], metric: 'quality' | 'costUsd' | 'latencyMs'): number | null {
  const known = trials.flatMap((trial) => trial[metric] ?? []);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

export function tasksCsv(outcomes: readonly TaskOutcome[]): string {
  return stringify([...outcomes], { header: true, columns: Object.keys(taskOutcomeSchema.shape) });
}

/** Throws a `ConfigError` that names the file for anything that `tasksCsv` did not write. */
export function readTaskOutcomes(text: string, file: string): readonly TaskOutcome[] {
  try {
    return z.array(taskOutcomeSchema).parse(parse(text, { columns: true }));
  } catch (cause) {
    throw configError(file, 'not a table of task outcomes of this version; rebuild it with `experiment report`', { cause });
  }
}
