/** Judges a run against a reference run of the same protocol, policy by policy and task by task. */
import { seededRandom } from '@ratchet/core';
import { crossedInterval } from './crossed-interval.ts';
import { formatDifferenceOf } from './format-difference.ts';
import type { Estimate, GateCheck, Summary } from './summary.ts';
import type { TaskOutcome } from './task-outcomes.ts';
import { tasksLost } from './tasks-lost.ts';

/** What may get worse before it is called a regression: points of quality in [0, 1], and parts of the reference's cost and latency. */
export interface RegressionTolerance {
  readonly quality: number;
  readonly relative: number;
}

export const regressionTolerance: RegressionTolerance = { quality: 0.01, relative: 0.1 };

export interface JudgedRun {
  readonly summary: Summary;
  /** null where the run has no table of them: policies are then compared by their means alone. */
  readonly tasks: readonly TaskOutcome[] | null;
}

const metrics = ['quality', 'costUsd', 'latencyMs'] as const;
type Metric = (typeof metrics)[number];

/** Chance and bounds: nobody is served by them. */
const notInUse = ['random', 'oracle', 'best-fixed', 'best-quality'];

/**
 * A check for each policy that both have, and each metric. It fails where the 95% interval of the difference lies
 * beyond the tolerance as a whole: a difference that may as well be smaller is no verdict. Runs with tables of their
 * tasks are compared in pairs, clustered by task, and by seed where policies learn: they differ from seed to seed as a whole. Under the
 * same luck, unchanged code differs in nothing. Recorded answers of policies that do not learn have no luck: there, nothing may be lost. Without tables, means are compared as if the runs were independent. A task of the reference that the run lacks fails the check of completeness.
 */
export function judgeRegression(run: JudgedRun, reference: JudgedRun, tolerance: RegressionTolerance = regressionTolerance): readonly GateCheck[] {
  const policies = Object.keys(reference.summary.policies).filter((policy) => policy in run.summary.policies && !notInUse.includes(policy));
  return [
    ...completeness(run, reference, policies),
    ...policies.flatMap((policy) =>
      metrics.flatMap((metric) => {
        const difference = paired(run, reference, { policy, metric }) ?? unpaired(run, reference, { policy, metric });
        if (difference === null) return [];
        return [isExact(run, reference, policy) ? judgeExact(difference, { policy, metric }) : judge(difference, { policy, metric, tolerance })];
      }),
    ),
  ];
}

function completeness(run: JudgedRun, reference: JudgedRun, policies: readonly string[]): readonly GateCheck[] {
  if (run.tasks === null || reference.tasks === null) return [];
  const scored = new Set(run.tasks.flatMap(({ policy, seed, task, scored }) => (scored > 0 ? [`${policy} ${seed} ${task}`] : [])));
  const missing = reference.tasks.filter(
    ({ policy, seed, task, scored: known }) => known > 0 && policies.includes(policy) && !scored.has(`${policy} ${seed} ${task}`),
  );
  const tasks = [...new Set(missing.map(({ task }) => task))];
  const name = 'every task of the reference was judged';
  return tasks.length === 0
    ? [{ name, passed: true, detail: 'none is missing' }]
    : [{ name, passed: false, detail: `${tasks.length} are missing or have no score`, tasks }];
}

interface Difference {
  /** Run less reference; of cost and latency, as a part of the reference's. */
  readonly delta: number;
  readonly low: number;
  readonly high: number;
  readonly lost: readonly string[];
  readonly how: string;
}

interface Where {
  readonly policy: string;
  readonly metric: Metric;
}

function paired(run: JudgedRun, reference: JudgedRun, { policy, metric }: Where): Difference | null {
  if (run.tasks === null || reference.tasks === null) return null;
  const key = ({ seed, task }: TaskOutcome) => `${seed} ${task}`;
  const before = new Map(reference.tasks.flatMap((one) => (one.policy === policy ? [[key(one), one] as const] : [])));
  const pairs = run.tasks.flatMap((after) => {
    const other = after.policy === policy ? before.get(key(after)) : undefined;
    const [a, b] = [other?.[metric] ?? null, after[metric]];
    // A task counts as often as the reference ran it.
    return other === undefined || a === null || b === null ? [] : [{ seed: after.seed, task: after.task, before: a, after: b, weight: other.trials }];
  });
  if (pairs.length === 0) return null;
  const relative = metric !== 'quality';
  if (relative && pairs.every((pair) => pair.before === 0)) return null;
  const learns = reference.summary.policies[policy]?.promoted !== null;
  const { estimate, low, high } = crossedInterval(
    pairs.map(({ seed, task, before: a, after: b, weight }) => ({
      // What was learned is one draw a seed; a policy that stands as it is differs by its tasks alone.
      seed: learns ? seed : 0,
      task,
      sum: weight * (b - a),
      whole: weight * (relative ? a : 1),
    })),
    seededRandom('regression', policy, metric),
  );
  const lost = relative ? [] : tasksLost(pairs.map((pair) => ({ task: pair.task, change: pair.after - pair.before })));
  const tasks = new Set(pairs.map(({ task }) => task)).size;
  return { delta: estimate, low, high, lost, how: `${tasks} tasks in pairs${learns ? `, ${new Set(pairs.map(({ seed }) => seed)).size} seeds` : ''}` };
}

/** From means and intervals: those of a difference of independent means. */
function unpaired(run: JudgedRun, reference: JudgedRun, { policy, metric }: Where): Difference | null {
  const [before, after] = [reference, run].map(({ summary }) => summary.policies[policy]?.heldout[metric] ?? null) as [Estimate, Estimate];
  if (before === null || after === null) return null;
  const scale = metric === 'quality' ? 1 : before.mean;
  if (scale === 0) return null;
  const delta = (after.mean - before.mean) / scale;
  const low = delta - Math.hypot(after.mean - after.low, before.high - before.mean) / scale;
  const high = delta + Math.hypot(after.high - after.mean, before.mean - before.low) / scale;
  return { delta, low, high, lost: [], how: 'means alone: the reference has no tasks.csv' };
}

/** Recorded answers repeat whatever the luck: of a policy that stands as it is, whatever differs was changed by somebody. */
function isExact(run: JudgedRun, reference: JudgedRun, policy: string): boolean {
  const recorded = [run, reference].every(({ summary }) => summary.evidence === 'recorded');
  return recorded && reference.summary.policies[policy]?.promoted === null;
}

function judgeExact({ delta, lost }: Difference, { policy, metric }: Where): GateCheck {
  const passed = metric === 'quality' ? delta > -1e-9 : delta < 1e-9;
  return {
    name: checkName(metric, policy),
    passed,
    detail: `${formatOf(metric)(delta)}; the answers are recorded, so nothing may be lost`,
    ...(passed || lost.length === 0 ? {} : { tasks: [...lost] }),
  };
}

function checkName(metric: Metric, policy: string): string {
  return `${metric} of ${policy} against the reference`;
}

function formatOf(metric: Metric): (value: number) => string {
  return metric === 'quality' ? formatDifferenceOf.points : formatDifferenceOf.parts;
}

function judge({ delta, low, high, lost, how }: Difference, { policy, metric, tolerance }: Where & { readonly tolerance: RegressionTolerance }): GateCheck {
  const limit = metric === 'quality' ? -tolerance.quality : tolerance.relative;
  const passed = metric === 'quality' ? high >= limit : low <= limit;
  const format = formatOf(metric);
  return {
    name: checkName(metric, policy),
    passed,
    detail: `${format(delta)} (95% interval ${format(low)} to ${format(high)}; ${how}), fails beyond ${format(limit)}`,
    ...(passed || lost.length === 0 ? {} : { tasks: [...lost] }),
  };
}
