/** How much the service explores, and what that may cost: a share of requests, within a budget of money and of quality. */
import { type Analysis, type Arm, armId, type Candidate, estimateArm } from '@ratchet/core';
import type { TokenPrice } from '@ratchet/harness';

export interface ExplorationSettings {
  /** Of requests, in [0, 1]. */
  readonly share: number;
  /** Of requests, in [0, 1]: what a candidate decides, so that there is something to judge it by. */
  readonly canaryShare: number;
  /** An arm that is expected to cost more than so many times what serves is not explored. */
  readonly dearest: number;
  /** What exploring may cost more than serving, as a share of all that recent requests cost. */
  readonly extraCost: number;
  /** What exploring may lose in quality, on the mean of all recent requests. */
  readonly lostQuality: number;
}

export const explorationSettings: ExplorationSettings = { share: 0.1, canaryShare: 0.3, dearest: 1.5, extraCost: 0.05, lostQuality: 0.02 };

export interface ExplorationAccount {
  /** Whether exploring, and trying a candidate, may cost anything now. */
  open(): boolean;
  observe(request: { readonly explored: boolean; readonly costUsd: number | null; readonly quality: number | null }): void;
}

/** Of recent requests; with fewer, nothing is judged. */
const windowSize = 500;
const fewest = 50;

/** Stops exploring while the last 500 requests have exceeded what it may cost. */
export function explorationAccount(settings: ExplorationSettings): ExplorationAccount {
  const recent = { served: ring(), explored: ring() };
  return {
    open: () => {
      const { served, explored } = recent;
      const all = served.requests() + explored.requests();
      if (all < fewest || explored.requests() === 0) return true;
      const extra = (explored.meanCost() - served.meanCost()) * explored.requests();
      const total = explored.meanCost() * explored.requests() + served.meanCost() * served.requests();
      if (total > 0 && extra > settings.extraCost * total) return false;
      const lost = ((served.meanQuality() - explored.meanQuality()) * explored.requests()) / all;
      return !(explored.judged() >= 10 && served.judged() >= 10 && lost > settings.lostQuality);
    },
    observe: ({ explored, costUsd, quality }) => (explored ? recent.explored : recent.served).add(costUsd, quality),
  };

  function ring() {
    const [costs, qualities] = [recentMean(), recentMean()];
    return {
      add: (cost: number | null, quality: number | null): void => {
        if (cost !== null) costs.add(cost);
        if (quality !== null) qualities.add(quality);
      },
      requests: costs.count,
      judged: qualities.count,
      meanCost: costs.mean,
      meanQuality: qualities.mean,
    };
  }
}

/** Of the last so many values; each request asks for it, so it is kept rather than made. */
function recentMean() {
  const values = new Float64Array(windowSize);
  let [count, next, sum] = [0, 0, 0];
  return {
    add: (value: number): void => {
      sum += value - (values[next] as number);
      values[next] = value;
      count = Math.min(windowSize, count + 1);
      next = (next + 1) % windowSize;
      // Anew each time round, so that errors of rounding do not add up.
      if (next === 0) sum = values.reduce((total, one) => total + one, 0);
    },
    count: () => count,
    mean: () => (count === 0 ? 0 : sum / count),
  };
}

/**
 * What serves, with probability `share` replaced by what explores, without arms that are too dear: every candidate with its exact
 * probability.
 */
export function mixedCandidates(
  { exploit, explore }: { readonly exploit: readonly Candidate[]; readonly explore: readonly Candidate[] },
  { share, affordable }: { readonly share: number; readonly affordable: (armId: string) => boolean },
): readonly Candidate[] {
  const allowed = explore.filter((candidate) => affordable(candidate.armId));
  const mass = allowed.reduce((sum, { propensity }) => sum + propensity, 0);
  if (share === 0 || mass === 0) return exploit;
  const mixed = new Map(exploit.map((candidate) => [candidate.armId, (1 - share) * candidate.propensity]));
  for (const candidate of allowed) mixed.set(candidate.armId, (mixed.get(candidate.armId) ?? 0) + (share * candidate.propensity) / mass);
  return [...mixed].flatMap(([id, propensity]) => (propensity > 0 ? [{ armId: id, propensity }] : []));
}

/** Only those that fit, with probabilities that sum to 1 again; all of `others` alike where none does. */
export function restricted(candidates: readonly Candidate[], fits: (armId: string) => boolean, others: readonly Arm[]): readonly Candidate[] {
  const left = candidates.filter((candidate) => fits(candidate.armId));
  const mass = left.reduce((sum, { propensity }) => sum + propensity, 0);
  if (mass > 0) return left.map((candidate) => ({ ...candidate, propensity: candidate.propensity / mass }));
  return others.map((arm) => ({ armId: armId(arm), propensity: 1 / others.length }));
}

export type PriceOfModel = (model: string) => TokenPrice | undefined;

/** US dollars, expected or at the worst, before anything is executed; null where a price is not known. */
export function estimatedUsd(
  analysis: Analysis,
  arm: Arm,
  { priceOf, kind }: { readonly priceOf: PriceOfModel; readonly kind: 'expected' | 'worst' },
): number | null {
  let usd = 0;
  for (const { model, inputTokens, outputTokens } of estimateArm(analysis, arm, 1)[kind]) {
    const price = priceOf(model);
    if (price === undefined) return null;
    usd += (inputTokens * price.inputUsdPerMTok + outputTokens * price.outputUsdPerMTok) / 1e6;
  }
  return usd;
}
