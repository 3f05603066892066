/** Compares two policies by what they came to on the same tasks under the same seeds, of one run or of two. */
import { seededRandom } from '@ratchet/core';
import { clusteredBootstrap, executionPrice, groupByCluster, type UtilityPrices, type UtilityScale } from '@ratchet/learning';
import { bootstrapP } from './compare-policies.ts';
import { type UtilityTerms, utilityFromSums } from './measured-trial.ts';
import type { TaskOutcome } from './task-outcomes.ts';

export const comparedMetrics = ['utility', 'quality', 'costUsd', 'latencyMs'] as const;
export type ComparedMetric = (typeof comparedMetrics)[number];

export interface OutcomeDifference {
  /** b less a. */
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided, not adjusted. */
  readonly p: number;
}

export interface OutcomePair {
  readonly a: TaskOutcome;
  readonly b: TaskOutcome;
}

/** Rows of the same task and seed, in the order of the second. */
export function pairOutcomes(a: readonly TaskOutcome[], b: readonly TaskOutcome[]): readonly OutcomePair[] {
  const key = ({ seed, task }: TaskOutcome): string => `${seed} ${task}`;
  const first = new Map(a.map((one) => [key(one), one]));
  return b.flatMap((after) => {
    const before = first.get(key(after));
    return before === undefined ? [] : [{ a: before, b: after }];
  });
}

export interface UtilityGround {
  readonly prices: UtilityPrices;
  /** By seed: what the baseline came to; none where that is not known. */
  readonly scales: ReadonlyMap<number, UtilityScale>;
}

/**
 * Per metric, clustered by task as the reports' comparisons are (`clusteredBootstrap`); null where no pair has the metric. A row counts as often
 * as it has trials. For policies that learn, each seed is another policy: the interval is for these seeds and other tasks.
 */
export function compareOutcomes(pairs: readonly OutcomePair[], ground: UtilityGround): Readonly<Record<ComparedMetric, OutcomeDifference | null>> {
  const compare = (metric: ComparedMetric): OutcomeDifference | null => difference(metric, pairs, ground);
  return { utility: compare('utility'), quality: compare('quality'), costUsd: compare('costUsd'), latencyMs: compare('latencyMs') };
}

/** Of one row; null where its quality or the scale is not known. Without the penalty for the floor, which is a policy's as a whole. */
export function outcomeRowUtility({ seed, quality, costUsd, latencyMs }: TaskOutcome, { prices, scales }: UtilityGround): number | null {
  const scale = scales.get(seed);
  return quality === null || scale === undefined ? null : quality - executionPrice({ costUsd, latencyMs }, prices, scale);
}

function difference(metric: ComparedMetric, pairs: readonly OutcomePair[], ground: UtilityGround): OutcomeDifference | null {
  const known = pairs.flatMap(({ a, b }) => {
    const [before, after] = [termsOf(a, metric, ground), termsOf(b, metric, ground)];
    return before === null || after === null ? [] : [{ cluster: b.task, before, after }];
  });
  if (known.length === 0) return null;
  const value = (sums: UtilityTerms): number => (metric === 'utility' ? utilityFromSums(sums, ground.prices) : sums[0] / sums[3]);
  const clusters = groupByCluster(known);
  const { estimate, low, high, resampled } = clusteredBootstrap(
    clusters,
    {
      terms: ({ before, after }) => [...before, ...after] as const,
      value: ([a0, a1, a2, a3, b0, b1, b2, b3]) => value([b0, b1, b2, b3]) - value([a0, a1, a2, a3]),
    },
    { random: seededRandom('compared outcomes').stream(metric) },
  );
  return { mean: estimate, low, high, p: bootstrapP(resampled, clusters.length) };
}

function termsOf(row: TaskOutcome, metric: ComparedMetric, ground: UtilityGround): UtilityTerms | null {
  if (metric !== 'utility') {
    const value = row[metric];
    const times = metric === 'quality' ? row.scored : row.trials;
    return value === null || times === 0 ? null : [times * value, 0, 0, times];
  }
  const utility = outcomeRowUtility(row, ground);
  const { scored } = row;
  return utility === null || row.quality === null || scored === 0
    ? null
    : [scored * utility, scored * row.quality, scored * (ground.scales.get(row.seed) as UtilityScale).quality, scored];
}

/** What a policy came to by seed, over its tasks: what the utility of others is measured by. */
export function scalesOf(baseline: readonly TaskOutcome[]): ReadonlyMap<number, UtilityScale> {
  const meanOf = (rows: readonly TaskOutcome[], metric: 'quality' | 'costUsd' | 'latencyMs'): number | null => {
    let [sum, count] = [0, 0];
    for (const row of rows) {
      const value = row[metric];
      const times = metric === 'quality' ? row.scored : row.trials;
      if (value === null) continue;
      sum += times * value;
      count += times;
    }
    return count === 0 ? null : sum / count;
  };
  return new Map(
    [...Map.groupBy(baseline, ({ seed }) => seed)].flatMap(([seed, rows]) => {
      const quality = meanOf(rows, 'quality');
      return quality === null ? [] : [[seed, { quality, costUsd: meanOf(rows, 'costUsd'), latencyMs: meanOf(rows, 'latencyMs') }] as const];
    }),
  );
}
