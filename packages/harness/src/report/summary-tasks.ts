/** Tasks that a summary names: with errors, not run, lost and gained. */
import type { ExperimentPlan } from '../experiment/experiment-plan.ts';
import type { ExperimentRun } from '../experiment/run-experiment.ts';
import { splitTasks } from '../experiment/split.ts';
import type { TrialRecord } from '../experiment/trial.ts';
import type { MeasuredTrial } from './measured-trial.ts';
import type { Summary } from './summary.ts';

/** Those with most errors first. */
export function tasksWithErrors(trials: readonly TrialRecord[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { status, task } of trials) if (status !== 'completed') counts.set(task, (counts.get(task) ?? 0) + 1);
  return [...counts].sort(([a, most], [b, others]) => others - most || (a < b ? -1 : 1)).map(([task]) => task);
}

/** Of a run that was stopped, in the order of the plan. */
export function tasksNotRun(plan: ExperimentPlan, { end, trials, kinds }: ExperimentRun): readonly string[] {
  if (end === 'complete') return [];
  const final = (policy: string) => (kinds.get(policy) === 'learning' ? plan.experiment.generations : 0);
  const done = new Map<string, number>();
  for (const { phase, policy, generation, task, seed } of trials) {
    if (phase !== 'heldout' || generation !== final(policy)) continue;
    const key = `${policy} ${seed} ${task}`;
    done.set(key, (done.get(key) ?? 0) + 1);
  }
  const missing = new Set<string>();
  for (const seed of plan.seeds)
    for (const { id } of splitTasks(plan.tasks, plan.experiment.split, seed).heldout)
      if (plan.policies.some((policy) => (done.get(`${policy} ${seed} ${id}`) ?? 0) < plan.experiment.heldoutRepeats)) missing.add(id);
  return plan.tasks.flatMap(({ id }) => (missing.has(id) ? [id] : []));
}

/** Tasks whose mean quality over seeds differs. */
export function changedTasks(baseline: readonly MeasuredTrial[], candidate: readonly MeasuredTrial[]): Summary['changedTasks'] {
  const means = (trials: readonly MeasuredTrial[]) => {
    const sums = new Map<string, { sum: number; count: number }>();
    for (const { record } of trials) {
      if (record.quality === null) continue;
      const entry = sums.get(record.task) ?? { sum: 0, count: 0 };
      sums.set(record.task, { sum: entry.sum + record.quality, count: entry.count + 1 });
    }
    return new Map([...sums].map(([task, { sum, count }]) => [task, sum / count]));
  };
  const before = means(baseline);
  const changes = [...means(candidate)]
    .flatMap(([task, quality]) => {
      const other = before.get(task);
      return other === undefined || Math.abs(quality - other) < 1e-9 ? [] : [{ task, change: quality - other }];
    })
    .sort((a, b) => a.change - b.change || (a.task < b.task ? -1 : 1));
  return {
    lost: changes.filter(({ change }) => change < 0).map(({ task }) => task),
    gained: changes
      .filter(({ change }) => change > 0)
      .map(({ task }) => task)
      .reverse(),
  };
}
