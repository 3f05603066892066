/** The value of a policy, or the difference of two, from decisions that another policy logged; refused where the log cannot say. */
import { studentTQuantile } from '../statistics/student-t.ts';
import { type LoggedDecision, requireLog, type TargetProbabilities } from './logged-decision.ts';
import { type Overlap, overlapOf } from './overlap.ts';
import { estimateTarget, type ValueEstimate, type ValueEstimator } from './value-estimators.ts';

export interface ValueOptions {
  readonly estimator: ValueEstimator;
  /** The most that an importance weight may be, above 0; 3 x the number of arms is a starting point. */
  readonly clip: number;
  /** Coverage of the interval, in (0, 1); 0.95 unless told. */
  readonly level?: number | undefined;
}

/**
 * `too-few`: fewer than 10 clusters. `no-support`: the target policy would execute arms that logging never could.
 * `effective-sample-size`: the weights are so uneven that fewer than a tenth of the decisions speak, and fewer than 50.
 */
export type RefusalReason = 'too-few' | 'no-support' | 'effective-sample-size';

/** value, low and high in the unit of the outcomes. */
export type ValueVerdict =
  | (Overlap & { readonly kind: 'estimated'; readonly value: number; readonly standardError: number; readonly low: number; readonly high: number })
  | (Overlap & { readonly kind: 'refused'; readonly reason: RefusalReason });

const fewestClusters = 10;
/** Either is enough: a log that explores K arms alike speaks of a policy that takes one with a K-th of its decisions, however long it is. */
const leastEffective = { share: 1 / 10, decisions: 50 };
/** Rounding of propensities, not exploration. */
const negligibleMass = 1e-9;

/**
 * Standard errors are clustered (Liang & Zeger 1986, with the factor G / (G - 1) for G clusters), intervals have the
 * quantiles of Student's t with G - 1 degrees of freedom. They tell of chance, not of the bias that clipped weights or,
 * for `direct`, wrong predictions bring; so refusals go by the weights before clipping, and hold for every estimator.
 *
 * @param target aligned with the log
 * @throws StatisticsError `not-finite`; RangeError for a log, a clip or a level outside its range
 */
export function estimatePolicyValue(log: readonly LoggedDecision[], target: TargetProbabilities, options: ValueOptions): ValueVerdict {
  requireLog(log, target);
  requireClip(options.clip);
  const overlap = overlapOf(log, target, options.clip);
  return judge(log, overlap, { level: options.level, estimate: () => estimateTarget(log, target, options) });
}

/** Two policies to compare on the same log; both aligned with it. */
export interface TargetPair {
  readonly incumbent: TargetProbabilities;
  readonly candidate: TargetProbabilities;
}

/**
 * Candidate minus incumbent. Paired: what both make of a decision cancels, so the standard error is mostly smaller than
 * that of either value. Refused where either value would be; the overlap reported is the worse of the two.
 *
 * @throws as `estimatePolicyValue`
 */
export function estimatePolicyDifference(log: readonly LoggedDecision[], { incumbent, candidate }: TargetPair, options: ValueOptions): ValueVerdict {
  requireLog(log, incumbent);
  requireLog(log, candidate);
  requireClip(options.clip);
  const before = overlapOf(log, incumbent, options.clip);
  const after = overlapOf(log, candidate, options.clip);
  const overlap: Overlap = {
    ...after,
    effectiveSampleSize: Math.min(before.effectiveSampleSize, after.effectiveSampleSize),
    unsupportedMass: Math.max(before.unsupportedMass, after.unsupportedMass),
    clippedShare: Math.max(before.clippedShare, after.clippedShare),
  };
  const estimate = (): ValueEstimate => {
    const old = estimateTarget(log, incumbent, options);
    const fresh = estimateTarget(log, candidate, options);
    return { value: fresh.value - old.value, influence: fresh.influence.map((term, index) => term - (old.influence[index] as number)) };
  };
  return judge(log, overlap, { level: options.level, estimate });
}

/** Estimates only what it does not refuse, because without any weight there is nothing to divide by. */
function judge(
  log: readonly LoggedDecision[],
  overlap: Overlap,
  { level = 0.95, estimate }: { readonly level: number | undefined; readonly estimate: () => ValueEstimate },
): ValueVerdict {
  if (!(level > 0 && level < 1)) throw new RangeError(`the level of the interval is ${level}, not in (0, 1)`);
  const reason = refusalOf(overlap);
  if (reason !== null) return { ...overlap, kind: 'refused', reason };
  const { value, influence } = estimate();
  const standardError = clusteredStandardError(log, influence);
  const reach = standardError * studentTQuantile((1 + level) / 2, overlap.clusters - 1);
  return { ...overlap, kind: 'estimated', value, standardError, low: value - reach, high: value + reach };
}

function refusalOf({ clusters, decisions, unsupportedMass, effectiveSampleSize }: Overlap): RefusalReason | null {
  if (clusters < fewestClusters) return 'too-few';
  if (unsupportedMass > negligibleMass) return 'no-support';
  return effectiveSampleSize < Math.min(leastEffective.share * decisions, leastEffective.decisions) ? 'effective-sample-size' : null;
}

function clusteredStandardError(log: readonly LoggedDecision[], influence: Float64Array): number {
  const sums = new Map<string, number>();
  log.forEach(({ cluster }, index) => {
    sums.set(cluster, (sums.get(cluster) ?? 0) + (influence[index] as number));
  });
  const squares = [...sums.values()].reduce((total, sum) => total + sum * sum, 0);
  return Math.sqrt((sums.size / (sums.size - 1)) * squares) / log.length;
}

function requireClip(clip: number): void {
  if (!(clip > 0)) throw new RangeError(`importance weights cannot be clipped at ${clip}; give a number above 0`);
}
