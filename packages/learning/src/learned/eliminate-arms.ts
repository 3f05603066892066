/** Chooses an arm to learn from: one that may still be the best for the request, or the best on the whole, and hardly any other. */
import { normalCdf } from '../statistics/normal-distribution.ts';
import type { ArmForecasts } from './choose-arm.ts';

export interface Elimination {
  /** An arm is in contention where it may have the most quality - price of quality x price at one of these; each counts alike. */
  readonly pricesOfQuality: readonly number[];
  /** By arm: the share of what one more outcome on this request would tell that is known already, in [0, 1]. */
  readonly known: Float64Array;
  /** By arm: its chance of being the reference, as of `rivalries`; null where nothing depends on which arm is. */
  readonly references: Float64Array | null;
  /** Probability that is spread evenly over the allowed arms, in [0, 1]. */
  readonly epsilon: number;
}

/** Of the standard deviation of a forecast: what tells arms apart is told by many requests together, not by the nearest alone. */
const localDeviation = 0.5;
/** Largest share of the decisions that tells possible references apart: where the others are as likely as the leader. */
const referenceShare = 0.6;
/** An arm is eliminated that is so many standard deviations behind the leader: less likely than 5% to be better. */
const eliminatedAt = 1.6449;

/**
 * The exact probability of each arm; sums to 1, and no allowed arm has less than epsilon / K. Action elimination (Even-Dar, Mannor and
 * Mansour 2006) within each request's neighbourhood, as adaptively binned elimination does within cells (Perchet and
 * Rigollet 2013). The decisions are spread over the arms that are left by their chance of being better than the leader, as in top-two
 * sampling (Russo 2016), and less where this very request has been asked before. An arm is eliminated for a generation
 * and a request only: forecasts move, and epsilon keeps it within sight.
 */
export function eliminationPropensities(forecasts: ArmForecasts, elimination: Elimination): number[] {
  const { pricesOfQuality, known, references, epsilon } = elimination;
  const { quality, qualitySd, price, allowed } = forecasts;
  const arms = quality.length;
  const none = !allowed.some(Boolean);
  const usable = allowed.map((own) => own || none);
  const usableCount = usable.filter(Boolean).length;
  const deviation = qualitySd.map((sd) => localDeviation * sd);
  const contenders = new Float64Array(arms);
  for (const priceOfQuality of pricesOfQuality) {
    const value = quality.map((own, arm) => (usable[arm] ? own - priceOfQuality * (price[arm] as number) : Number.NEGATIVE_INFINITY));
    const chances = rivalries(value, deviation);
    const total = chances.reduce((sum, chance) => sum + chance, 0);
    for (let arm = 0; arm < arms; arm++) contenders[arm] = (contenders[arm] as number) + (chances[arm] as number) / total / pricesOfQuality.length;
  }
  const possible = Float64Array.from(usable, (own, arm) => (own ? (references?.[arm] ?? 0) : 0));
  const contested = referenceShare * doubt(possible);
  const propensities = usable.map((own) => (own ? epsilon / usableCount : 0));
  addUnknown(propensities, contenders, { known, share: (1 - epsilon) * (1 - contested) });
  if (contested > 0) addUnknown(propensities, possible, { known, share: (1 - epsilon) * contested });
  return propensities;
}

/**
 * By arm: the probability that it is above the arm of the largest value (0.5 for that itself), each being normal with its deviation;
 * 0 where that is less than 5%. An arm of value -Infinity has none.
 */
export function rivalries(value: Float64Array, deviation: Float64Array): Float64Array {
  let leader = 0;
  for (let arm = 1; arm < value.length; arm++) if ((value[arm] as number) > (value[leader] as number)) leader = arm;
  return value.map((own, arm) => {
    if (arm === leader) return 0.5;
    const behind = (value[leader] as number) - own;
    const spread = Math.hypot(deviation[arm] as number, deviation[leader] as number);
    if (behind > eliminatedAt * spread) return 0;
    return behind === 0 ? 0.5 : 1 - normalCdf(behind / spread);
  });
}

/** 0 where the leader is sure, 1 where the others together are as likely as it. */
function doubt(chances: Float64Array): number {
  const all = chances.reduce((sum, own) => sum + own, 0);
  const leader = chances.reduce((most, own) => Math.max(most, own), 0);
  return Math.min(1, 2 * (all - leader));
}

/** Spreads `share` by the weights, each less what is known; where all is known, by the weights alone. */
function addUnknown(into: number[], weights: Float64Array, { known, share }: { readonly known: Float64Array; readonly share: number }): void {
  const sought = weights.map((weight, arm) => weight * (1 - (known[arm] as number)));
  let total = sought.reduce((sum, weight) => sum + weight, 0);
  const told = total < 1e-9;
  if (told) total = weights.reduce((sum, weight) => sum + weight, 0);
  for (let arm = 0; arm < into.length; arm++) into[arm] = (into[arm] as number) + (share * ((told ? weights : sought)[arm] as number)) / total;
}
