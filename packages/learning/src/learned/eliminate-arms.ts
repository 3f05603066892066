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
  const none = !allowed.includes(true);
  if (workspace.value.length !== arms) workspace = workspaceOf(arms);
  const { deviation, possible, contenders, value, chances } = workspace;
  let usableCount = 0;
  for (let arm = 0; arm < arms; arm++) {
    if (none || allowed[arm]) usableCount++;
    deviation[arm] = localDeviation * (qualitySd[arm] as number);
  }
  contenders.fill(0);
  for (const priceOfQuality of pricesOfQuality) {
    for (let arm = 0; arm < arms; arm++)
      value[arm] = none || allowed[arm] ? (quality[arm] as number) - priceOfQuality * (price[arm] as number) : Number.NEGATIVE_INFINITY;
    rivalriesInto(chances, value, deviation);
    const total = sumOf(chances);
    for (let arm = 0; arm < arms; arm++) contenders[arm] = (contenders[arm] as number) + (chances[arm] as number) / total / pricesOfQuality.length;
  }
  let contested = 0;
  if (references !== null) {
    for (let arm = 0; arm < arms; arm++) possible[arm] = none || allowed[arm] ? (references[arm] as number) : 0;
    contested = referenceShare * doubt(possible);
  }
  const propensities = new Array<number>(arms);
  for (let arm = 0; arm < arms; arm++) propensities[arm] = none || allowed[arm] ? epsilon / usableCount : 0;
  addUnknown(propensities, contenders, { known, share: (1 - epsilon) * (1 - contested) });
  if (contested > 0) addUnknown(propensities, possible, { known, share: (1 - epsilon) * contested });
  return propensities;
}

/**
 * By arm: the probability that it is above the arm of the largest value (0.5 for that itself), each being normal with its deviation;
 * 0 where that is less than 5%. An arm of value -Infinity has none.
 */
export function rivalries(value: Float64Array, deviation: Float64Array): Float64Array {
  const chances = new Float64Array(value.length);
  rivalriesInto(chances, value, deviation);
  return chances;
}

function rivalriesInto(chances: Float64Array, value: Float64Array, deviation: Float64Array): void {
  let leader = 0;
  for (let arm = 1; arm < value.length; arm++) if ((value[arm] as number) > (value[leader] as number)) leader = arm;
  const most = value[leader] as number;
  const ofLeader = deviation[leader] as number;
  chances.fill(0);
  for (let arm = 0; arm < value.length; arm++) {
    const behind = most - (value[arm] as number);
    // Most arms are that far behind that their spread, which is at most the sum, need not be known.
    if (behind > 1.0001 * eliminatedAt * ((deviation[arm] as number) + ofLeader)) continue;
    const spread = Math.sqrt((deviation[arm] as number) ** 2 + ofLeader ** 2);
    if (behind > eliminatedAt * spread) continue;
    chances[arm] = arm === leader || behind === 0 ? 0.5 : 1 - normalCdf(behind / spread);
  }
}

/** What one decision after another works in: nothing of it outlives the call, and asking for memory takes longer than to fill it. */
const workspaceOf = (arms: number) => ({
  deviation: new Float64Array(arms),
  possible: new Float64Array(arms),
  contenders: new Float64Array(arms),
  value: new Float64Array(arms),
  chances: new Float64Array(arms),
  sought: new Float64Array(arms),
});
let workspace = workspaceOf(0);

/** 0 where the leader is sure, 1 where the others together are as likely as it. */
function doubt(chances: Float64Array): number {
  let leader = 0;
  for (let arm = 0; arm < chances.length; arm++) leader = Math.max(leader, chances[arm] as number);
  return Math.min(1, 2 * (sumOf(chances) - leader));
}

function sumOf(values: Float64Array): number {
  let sum = 0;
  for (let arm = 0; arm < values.length; arm++) sum += values[arm] as number;
  return sum;
}

/** Spreads `share` by the weights, each less what is known; where all is known, by the weights alone. */
function addUnknown(into: number[], weights: Float64Array, { known, share }: { readonly known: Float64Array; readonly share: number }): void {
  const { sought } = workspace;
  for (let arm = 0; arm < weights.length; arm++) sought[arm] = (weights[arm] as number) * (1 - (known[arm] as number));
  const unknown = sumOf(sought);
  const told = unknown < 1e-9;
  const total = told ? sumOf(weights) : unknown;
  const spread = told ? weights : sought;
  for (let arm = 0; arm < into.length; arm++) into[arm] = (into[arm] as number) + (share * (spread[arm] as number)) / total;
}
