/** What fitted models say of a request: the quality, cost and latency of every arm on it. */
import type { MemberFit, OutcomeDataset, RequestView } from '../models/outcome-dataset.ts';
import { executionPrices, type UtilityPrices, type UtilityScale } from '../objective.ts';
import type { ExecutionModel } from './execution-model.ts';
import type { LinearBase } from './linear-base.ts';
import type { TradeOff } from './trade-off.ts';

/** Per arm, aligned with the arms. */
export interface OutcomeForecast {
  /** Expected quality. */
  readonly quality: Float64Array;
  /** Of that expectation, not of a single answer. */
  readonly qualitySd: Float64Array;
  /** null where nothing is known of cost or latency. */
  readonly costUsd: Float64Array | null;
  readonly latencyMs: Float64Array | null;
  /** What the execution takes, in points of quality. */
  readonly price: Float64Array;
}

/** Outcomes near a request that "nothing is special here" counts as. */
const localPrior = 12;
const localRequests = 60;

interface QualityGround {
  readonly members: readonly MemberFit[];
  readonly tradeOff: Pick<TradeOff, 'weights' | 'correction'>;
  /** Of one outcome around the mean of its arm. */
  readonly variance: number;
  readonly base: LinearBase;
  /** By arm: of what is expected of it on the mean of requests. */
  readonly armSd: readonly number[];
  readonly execution: ExecutionForecasts;
}

export function qualityForecasts(
  dataset: OutcomeDataset,
  { members, tradeOff, base, variance, armSd, execution }: QualityGround,
): (view: RequestView) => OutcomeForecast {
  const arms = armSd.length;
  const { correction } = tradeOff;
  const weighted = members.flatMap((member, index) => ((tradeOff.weights[index] as number) > 0 ? [{ member, weight: tradeOff.weights[index] as number }] : []));
  const armVariance = Float64Array.from(armSd, (sd) => sd ** 2);
  // Each forecast works in these anew.
  const expected = new Float64Array(arms);
  const near = new Float64Array(arms);
  return (view) => {
    const { quality, qualitySd, ...executed } = emptyForecast(arms);
    for (const { member, weight } of weighted) member.addTo(quality, view, weight);
    // Only differences between arms were stacked.
    let level = 0;
    for (let arm = 0; arm < arms; arm++) level += quality[arm] as number;
    level /= Math.max(1, arms);
    addLocalWeights(near.fill(0), dataset, view);
    base.expected(view.linear, expected);
    for (let arm = 0; arm < arms; arm++) {
      quality[arm] = (expected[arm] as number) + (quality[arm] as number) - level + (correction[arm] as number);
      qualitySd[arm] = Math.sqrt(variance / ((near[arm] as number) + localPrior) + (armVariance[arm] as number));
    }
    return { quality, qualitySd, ...execution(view.linear, executed) };
  };
}

/** In one piece of memory: to ask for five would take longer than to fill them. */
export function emptyForecast(arms: number) {
  const { buffer } = new Float64Array(5 * arms);
  const part = (index: number): Float64Array<ArrayBuffer> => new Float64Array(buffer, 8 * index * arms, arms);
  return { quality: part(0), qualitySd: part(1), costUsd: part(2), latencyMs: part(3), price: part(4) };
}

/** What the first arms are expected to take on a request with these linear features, written into arrays of zeros. */
type ExecutionForecasts = (
  linear: Float64Array,
  into: { readonly costUsd: Float64Array; readonly latencyMs: Float64Array; readonly price: Float64Array },
) => Pick<OutcomeForecast, 'costUsd' | 'latencyMs' | 'price'>;

export function executionForecasts(
  { cost, latency }: { readonly cost: ExecutionModel | null; readonly latency: ExecutionModel | null },
  { prices, scale }: { readonly prices: UtilityPrices; readonly scale: UtilityScale | null },
): ExecutionForecasts {
  return (linear, { costUsd, latencyMs, price }) => {
    cost?.expected(linear, costUsd);
    latency?.expected(linear, latencyMs);
    const known = { costUsd: cost === null ? null : costUsd, latencyMs: latency === null ? null : latencyMs };
    if (scale !== null) executionPrices(price, known, { prices, scale });
    return { ...known, price };
  };
}

/** Adds, by arm, the weight of its outcomes among the nearest requests, at most `localRequests`. */
function addLocalWeights(near: Float64Array, { offsets, arm, weight }: OutcomeDataset, { neighbours }: RequestView): void {
  const count = Math.min(localRequests, neighbours.length);
  for (let at = 0; at < count; at++) {
    const request = neighbours[at] as number;
    for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
      const which = arm[cell] as number;
      near[which] = (near[which] as number) + (weight[cell] as number);
    }
  }
}
