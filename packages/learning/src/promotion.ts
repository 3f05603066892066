/** The gate that a new generation must pass: better than the incumbent on validation tasks, and not worse in quality. */
import type { Random } from '@ratchet/core';
import { outcomeUtility, type UtilityPrices, type UtilityScale } from './objective.ts';
import type { Outcome } from './outcome.ts';
import { alphaForLook } from './statistics/alpha-spending.ts';
import { clusteredBootstrap } from './statistics/clustered-bootstrap.ts';
import { normalQuantile } from './statistics/normal-distribution.ts';
import { quantile } from './statistics/quantile.ts';
import { studentTQuantile } from './statistics/student-t.ts';

/** The same task under the same seed, by both. */
export interface PromotionPair {
  readonly taskId: string;
  readonly incumbent: Outcome;
  readonly candidate: Outcome;
}

export interface PromotionRule {
  /** Chance that one of all looks promotes a candidate that is no better, in (0, 1). */
  readonly alpha: number;
  /** Which look this is, from 1, and how many there will be. */
  readonly look: number;
  readonly looks: number;
  /** Quality that may be lost. */
  readonly margin: number;
}

export interface PromotionVerdict {
  readonly promoted: boolean;
  readonly pairs: number;
  /** Candidate minus incumbent; the lower bound of utility at this look's share of alpha, that of quality at alpha. */
  readonly utilityGain: number;
  readonly utilityLow: number;
  readonly qualityGain: number;
  readonly qualityLow: number;
}

/**
 * Paired bootstrap over whole tasks. Pairs without a quality on either side count for nothing; no pairs, no promotion. Nor
 * with so few tasks that a candidate no better would win on all of them more often than this look's share of alpha allows:
 * log2(looks / alpha) tasks are the least. Losses too rare to have shown up in validation are beyond it.
 */
export function judgePromotion(
  pairs: readonly PromotionPair[],
  rule: PromotionRule,
  { prices, scale, random }: { readonly prices: UtilityPrices; readonly scale: UtilityScale; readonly random: Random },
): PromotionVerdict {
  const byTask = new Map<string, { utility: number; quality: number }[]>();
  for (const { taskId, incumbent, candidate } of pairs) {
    const before = outcomeUtility(incumbent, prices, scale);
    const after = outcomeUtility(candidate, prices, scale);
    if (before === null || after === null) continue;
    const list = byTask.get(taskId) ?? [];
    list.push({ utility: after - before, quality: (candidate.quality as number) - (incumbent.quality as number) });
    byTask.set(taskId, list);
  }
  const clusters = [...byTask.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, list]) => list);
  if (clusters.length < 2) return { promoted: false, pairs: 0, utilityGain: 0, utilityLow: 0, qualityGain: 0, qualityLow: 0 };
  const level = alphaForLook(rule.alpha, rule.look, rule.looks);
  const bounds = (metric: 'utility' | 'quality', tail: number) => {
    const result = clusteredBootstrap(
      clusters,
      { terms: (pair) => [pair[metric], 1], value: ([sum, count]) => sum / count },
      { random: random.stream('promotion', rule.look, metric), resamples: 4000 },
    );
    return { gain: result.estimate, low: result.estimate - wideningFor(clusters.length, tail) * (result.estimate - quantile(result.resampled, tail)) };
  };
  // The gain is what is claimed, and shares alpha with the other looks; the guard on quality claims nothing.
  const utility = bounds('utility', level);
  const quality = bounds('quality', rule.alpha);
  return {
    promoted: 2 ** -clusters.length <= level && utility.low > 0 && quality.low > -rule.margin,
    pairs: clusters.reduce((sum, list) => sum + list.length, 0),
    utilityGain: utility.gain,
    utilityLow: utility.low,
    qualityGain: quality.gain,
    qualityLow: quality.low,
  };
}

/**
 * A percentile bootstrap of few tasks is too narrow: it divides by n instead of n - 1 and has the tails of a normal
 * distribution, not of Student's t (Hesterberg 2015, "What Teachers Should Know About the Bootstrap", section 4.1.3).
 */
function wideningFor(tasks: number, level: number): number {
  return level < 0.5 ? (Math.sqrt(tasks / (tasks - 1)) * studentTQuantile(level, tasks - 1)) / normalQuantile(level) : 1;
}
