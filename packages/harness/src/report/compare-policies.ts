/** Compares policies on held-out tasks, pair by pair: the same task under the same seed and the same luck. */
import { seededRandom } from '@ratchet/core';
import { clusteredBootstrap, exactMcNemar, groupByCluster, holmAdjust, type UtilityPrices } from '@ratchet/learning';
import type { ExperimentPlan } from '../experiment/experiment-plan.ts';
import { type MeasuredTrial, utilityFromSums, utilityTermsOf } from './measured-trial.ts';
import type { Comparison } from './summary.ts';
import { tasksLost } from './tasks-lost.ts';

const metrics = ['quality', 'costUsd', 'latencyMs', 'utility'] as const;
type Metric = (typeof metrics)[number];

/** Every policy against the baseline, and the learned one against each other that is no oracle; p-values adjusted over all (Holm). */
export function compareAll(finals: ReadonlyMap<string, readonly MeasuredTrial[]>, plan: ExperimentPlan): readonly Comparison[] {
  const names = [...finals.keys()];
  const couples = [
    ...names.filter((name) => name !== plan.baseline).map((candidate) => [plan.baseline, candidate] as const),
    ...(finals.has('learned') ? names.filter((name) => !['learned', 'oracle', plan.baseline].includes(name)).map((other) => [other, 'learned'] as const) : []),
  ].filter(([baseline]) => finals.has(baseline));
  const compared = couples.flatMap(([baseline, candidate]) =>
    metrics.flatMap((metric) => {
      const comparison = compare(
        metric,
        { name: baseline, trials: finals.get(baseline) ?? [] },
        { name: candidate, trials: finals.get(candidate) ?? [] },
        plan.scenario.file.utility,
      );
      return comparison === null ? [] : [comparison];
    }),
  );
  const adjusted = holmAdjust(compared.map((comparison) => comparison.pValue));
  return compared.map((comparison, index) => ({ ...comparison, pAdjusted: adjusted[index] as number }));
}

interface Side {
  readonly name: string;
  readonly trials: readonly MeasuredTrial[];
}

type Unadjusted = Omit<Comparison, 'pAdjusted'>;

function compare(metric: Metric, baseline: Side, candidate: Side, prices: UtilityPrices): Unadjusted | null {
  const others = new Map(baseline.trials.map((trial) => [pairKey(trial), trial]));
  const pairs = candidate.trials.flatMap((after) => {
    const before = others.get(pairKey(after));
    const a = before === undefined ? null : termsOf(before, metric);
    const b = termsOf(after, metric);
    return a === null || b === null ? [] : [{ cluster: after.record.task, before: a, after: b }];
  });
  if (pairs.length === 0) return null;
  const clusters = groupByCluster(pairs);
  const options = { random: seededRandom('comparison', baseline.name, candidate.name).stream(metric) };
  const value = (sums: Terms): number => (metric === 'utility' ? utilityFromSums(sums, prices) : sums[0] / sums[3]);
  const { estimate, low, high, resampled } =
    metric === 'utility'
      ? clusteredBootstrap(
          clusters,
          {
            terms: ({ before, after }) => [...before, ...after] as const,
            value: ([a0, a1, a2, a3, b0, b1, b2, b3]) => value([b0, b1, b2, b3]) - value([a0, a1, a2, a3]),
          },
          options,
        )
      : clusteredBootstrap(clusters, { terms: ({ before, after }) => [before[0], after[0], 1], value: ([a, b, count]) => b / count - a / count }, options);
  const mean = value(sumTerms(pairs.map((pair) => pair.before)));
  const gained = pairs.filter((pair) => pair.after[0] > pair.before[0] + 1e-12).length;
  const lost = pairs.filter((pair) => pair.after[0] < pair.before[0] - 1e-12).length;
  const binary = metric === 'quality' && clusters.length === pairs.length && pairs.every((pair) => isBinary(pair.before[0]) && isBinary(pair.after[0]));
  return {
    baseline: baseline.name,
    candidate: candidate.name,
    metric,
    delta: estimate,
    relative: mean < 1e-12 ? null : estimate / mean,
    low,
    high,
    pValue: binary ? exactMcNemar(gained, lost) : bootstrapP(resampled, clusters.length),
    test: binary ? 'mcnemar-exact' : 'paired-bootstrap',
    pairs: pairs.length,
    tasks: clusters.length,
    gained: metric === 'quality' ? gained : null,
    lost: metric === 'quality' ? lost : null,
    ...(metric === 'quality' ? { lostTasks: tasksLost(pairs.map((pair) => ({ task: pair.cluster, change: pair.after[0] - pair.before[0] }))) } : {}),
  };
}

/** The same task under the same seed and the same luck. */
function pairKey({ record }: MeasuredTrial): string {
  return `${record.seed} ${record.repeat} ${record.task}`;
}

type Terms = readonly [number, number, number, number];

/** For plain metrics the value and, last, the count. */
function termsOf(trial: MeasuredTrial, metric: Metric): Terms | null {
  if (metric === 'utility') return utilityTermsOf(trial);
  const value = trial.record[metric];
  return value === null ? null : [value, 0, 0, 1];
}

function sumTerms(all: readonly Terms[]): Terms {
  return all.reduce<[number, number, number, number]>((sum, one) => [sum[0] + one[0], sum[1] + one[1], sum[2] + one[2], sum[3] + one[3]], [0, 0, 0, 0]);
}

function isBinary(value: number): boolean {
  return value === 0 || value === 1;
}

/** Two-sided, from the tails of the bootstrap; never below what so few tasks can show. */
export function bootstrapP(resampled: Float64Array, tasks: number): number {
  let below = 0;
  let above = 0;
  for (const value of resampled) {
    if (value <= 1e-12) below++;
    if (value >= -1e-12) above++;
  }
  return Math.min(1, Math.max(2 ** (1 - tasks), (1 + 2 * Math.min(below, above)) / (resampled.length + 1)));
}
