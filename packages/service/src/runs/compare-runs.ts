/** Sets two policies side by side, of one run or of two. */
import {
  type ComparedMetric,
  comparedMetrics,
  compareOutcomes,
  type OutcomePair,
  outcomeRowUtility,
  pairOutcomes,
  type Summary,
  scalesOf,
  type TaskOutcome,
  type UtilityGround,
  whyNotComparable,
} from '@ratchet/harness';
import type { RunComparison } from '../http/run-answers.ts';
import type { RunPlace, StoredRun } from './run-library.ts';

export interface ComparedSide extends RunPlace {
  readonly policy: string;
  /** Of which the summary is there. */
  readonly stored: StoredRun & { readonly summary: Summary };
}

export function compareRuns(a: ComparedSide, b: ComparedSide): RunComparison {
  const sameRun = a.experiment === b.experiment && a.run === b.run;
  const pairs = pairOutcomes(rowsOf(a), rowsOf(b));
  const ground = utilityGround(a, b);
  const reported = sameRun ? reportedDifferences(a.stored.summary, { a: a.policy, b: b.policy }) : null;
  const tasks = taskRows(pairs, { ground, families: new Map([...b.stored.families, ...a.stored.families]) });
  const better = (sign: number) =>
    tasks.filter((row) => sign * ((row.b.quality ?? 0) - (row.a.quality ?? 0)) > 1e-9 && row.a.quality !== null && row.b.quality !== null);
  return {
    a: placeOf(a),
    b: placeOf(b),
    comparable: (sameRun ? undefined : whyNot(a, b, pairs)) ?? true,
    differences: reported ?? compareOutcomes(pairs, ground),
    from: reported === null ? 'tasks' : 'report',
    tasks,
    gained: better(1).map(({ task }) => task),
    lost: better(-1).map(({ task }) => task),
  };
}

function whyNot(a: ComparedSide, b: ComparedSide, pairs: readonly OutcomePair[]): string | undefined {
  const protocol = whyNotComparable(b.stored.manifest, a.stored.manifest);
  if (protocol !== undefined) return protocol;
  if (a.stored.outcomes === null || b.stored.outcomes === null) return 'a run has no tasks.csv, by which tasks could be compared in pairs';
  return pairs.length === 0 ? 'the runs have no task and seed in common' : undefined;
}

function placeOf({ experiment, run, policy }: ComparedSide): RunComparison['a'] {
  return { experiment, run, policy };
}

function rowsOf({ policy, stored }: ComparedSide): readonly TaskOutcome[] {
  return stored.outcomes?.filter((row) => row.policy === policy) ?? [];
}

/** By the prices and the baseline of the first run, or where it has no table of tasks, of the second. */
function utilityGround(a: ComparedSide, b: ComparedSide): UtilityGround {
  const { stored } = a.stored.outcomes === null ? b : a;
  const { costPrice: cost, latencyPrice: latency, belowFloor, margin } = stored.summary.utility;
  const baseline = stored.outcomes?.filter(({ policy }) => policy === stored.summary.baseline) ?? [];
  return { prices: { cost, latency, belowFloor, margin }, scales: scalesOf(baseline) };
}

/** The report's own figures where it compares these two, in either direction. */
function reportedDifferences({ comparisons }: Summary, names: { readonly a: string; readonly b: string }): RunComparison['differences'] | null {
  const of = (metric: ComparedMetric): RunComparison['differences']['quality'] => {
    for (const { baseline, candidate, delta, low, high, pValue, ...one } of comparisons) {
      if (one.metric !== metric) continue;
      if (baseline === names.a && candidate === names.b) return { mean: delta, low, high, p: pValue };
      if (baseline === names.b && candidate === names.a) return { mean: -delta, low: -high, high: -low, p: pValue };
    }
    return null;
  };
  const differences = { utility: of('utility'), quality: of('quality'), costUsd: of('costUsd'), latencyMs: of('latencyMs') };
  return comparedMetrics.some((metric) => differences[metric] !== null) ? differences : null;
}

type TaskRow = RunComparison['tasks'][number];

/** Means over seeds; the greatest loss of utility first, of quality where no utility is known. */
function taskRows(
  pairs: readonly OutcomePair[],
  { ground, families }: { readonly ground: UtilityGround; readonly families: ReadonlyMap<string, string> },
): TaskRow[] {
  const rows = [...Map.groupBy(pairs, (pair) => pair.b.task)].map(([task, own]): TaskRow => {
    const [a, b] = [
      sideOf(
        own.map((pair) => pair.a),
        ground,
      ),
      sideOf(
        own.map((pair) => pair.b),
        ground,
      ),
    ];
    return { task, family: families.get(task) ?? null, a, b, utility: a.utility === null || b.utility === null ? null : b.utility - a.utility };
  });
  const change = ({ a, b, utility }: TaskRow): number => utility ?? (b.quality ?? 0) - (a.quality ?? 0);
  return rows.sort((x, y) => change(x) - change(y) || (x.task < y.task ? -1 : 1));
}

function sideOf(rows: readonly TaskOutcome[], ground: UtilityGround): TaskRow['a'] {
  const mean = (value: (row: TaskOutcome) => number | null): number | null => {
    const known = rows.flatMap((row) => value(row) ?? []);
    return known.length === 0 ? null : known.reduce((sum, one) => sum + one, 0) / known.length;
  };
  return {
    quality: mean(({ quality }) => quality),
    costUsd: mean(({ costUsd }) => costUsd),
    latencyMs: mean(({ latencyMs }) => latencyMs),
    utility: mean((row) => outcomeRowUtility(row, ground)),
  };
}
