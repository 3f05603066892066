/** The experiment as it will be run: its file, what the command line changed, the tasks that are left, and its identity. */
import { createHash } from 'node:crypto';
import { promptsHash, RatchetError, seededRandom } from '@ratchet/core';
import type { Scenario, Task } from '../scenario/scenario.ts';
import { expandPolicyNames, requirePolicy } from './contenders.ts';
import type { ExperimentFile } from './experiment-file.ts';
import { splitTasks } from './split.ts';

/** What the command line may change. */
export interface ExperimentChanges {
  readonly policies?: readonly string[];
  readonly generations?: number;
  readonly seeds?: number;
  /** Most tasks; chosen by hash. */
  readonly limit?: number;
  /** Only tasks whose id or family contains it. */
  readonly filter?: string;
  /** Where the answers do not follow from the scenario alone: what else they come from. */
  readonly answersFrom?: string;
}

export interface ExperimentPlan {
  readonly experiment: ExperimentFile;
  readonly scenario: Scenario;
  /** The baseline first, then in the order of the file. */
  readonly policies: readonly string[];
  readonly baseline: string;
  readonly seeds: readonly number[];
  readonly tasks: readonly Task[];
  /** Names the run: equal plans on equal files, with equal prompts, have equal ids. */
  readonly id: string;
}

export class NoTasksError extends RatchetError {
  readonly kind = 'no-tasks';
}

/** Part of the id: results of another version of the protocol are not continued. */
export const resultsVersion = 1;

/** Throws for names, tasks or shares with which nothing could be run: an `UnknownPolicyError`, a `NoTasksError`, an `EmptySplitError`. */
export function planExperiment(file: ExperimentFile, scenario: Scenario, changes: ExperimentChanges): ExperimentPlan {
  const experiment: ExperimentFile = {
    ...file,
    ...(changes.generations === undefined ? {} : { generations: changes.generations }),
    ...(changes.seeds === undefined ? {} : { seeds: changes.seeds }),
  };
  const [baseline = '', ...ambiguous] = expandPolicyNames([scenario.file.baseline], scenario.arms);
  if (ambiguous.length > 0) throw new NoTasksError(`the baseline "${scenario.file.baseline}" fits several arms: ${[baseline, ...ambiguous].join(', ')}`);
  const policies = [...new Set([baseline, ...expandPolicyNames(changes.policies ?? experiment.policies, scenario.arms)])];
  for (const name of policies) requirePolicy(name, scenario);
  const tasks = chooseTasks(scenario, changes);
  const seeds = Array.from({ length: experiment.seeds }, (_, index) => index + 1);
  for (const seed of seeds) splitTasks(tasks, experiment.split, seed);
  const identity = JSON.stringify({
    resultsVersion,
    experiment,
    policies,
    scenario: scenario.hash,
    tasks: tasks.map((task) => task.id),
    answersFrom: changes.answersFrom,
    // What was recorded was asked for with prompts of its own.
    prompts: scenario.recording === undefined ? promptsHash : undefined,
  });
  return {
    experiment,
    scenario,
    policies,
    baseline,
    seeds,
    tasks,
    id: createHash('sha256').update(identity).digest('hex').slice(0, 12),
  };
}

function chooseTasks(scenario: Scenario, { filter, limit }: ExperimentChanges): readonly Task[] {
  const wanted = filter?.toLowerCase();
  const fitting =
    wanted === undefined
      ? scenario.tasks
      : scenario.tasks.filter(({ id, family }) => id.toLowerCase().includes(wanted) || family.toLowerCase().includes(wanted));
  if (fitting.length === 0) {
    const families = [...new Set(scenario.tasks.map((task) => task.family))].slice(0, 20).join(', ');
    throw new NoTasksError(`no task's id or family contains "${filter}". Families: ${families}`);
  }
  if (limit === undefined || limit >= fitting.length) return fitting;
  const random = seededRandom('limit');
  const chosen = new Set(
    fitting
      .map(({ id }) => ({ id, at: random.uniform(id) }))
      .sort((a, b) => a.at - b.at)
      .slice(0, limit)
      .map(({ id }) => id),
  );
  return fitting.filter(({ id }) => chosen.has(id));
}
