/** How much the service explores, and what that may cost: a share of requests, within a budget of money and of quality. */
import { type Analysis, type Arm, armId, type Candidate, estimateCalls } from '@ratchet/core';
import type { TokenPrice } from '@ratchet/harness';

export interface ExplorationSettings {
  /** Of requests, in [0, 1]. */
  readonly share: number;
  /** Of requests, in [0, 1]: what a candidate decides, so that there is something to judge it by. */
  readonly canaryShare: number;
  /**
   * An arm is not explored that is expected to cost more than so many times what serves: on this request and on the mean of recent ones. Where what
   * serves is cheap on some requests and dear on others, a candidate may well spend it otherwise, and what was never explored cannot be judged.
   */
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
  /** US dollars, the mean of recent requests that did not explore; null while there are few. */
  usualUsd(): number | null;
  observe(request: { readonly explored: boolean; readonly costUsd: number | null; readonly quality: number | null }): void;
}

/** Of recent requests; with fewer, nothing is judged. */
const windowSize = 500;
const fewest = 50;
const fewestJudged = 10;

/**
 * Stops exploring while the last 500 requests have exceeded what it may cost. Those that explored leave the window as others come, so that
 * it does not stop for good.
 */
export function explorationAccount(settings: ExplorationSettings): ExplorationAccount {
  const [costs, qualities] = [recentMeans(), recentMeans()];
  return {
    open: () => {
      if (costs.count() < fewest || costs.share() === 0) return true;
      const [total, extra] = [costs.mean(false) * (1 - costs.share()) + costs.mean(true) * costs.share(), costs.mean(true) - costs.mean(false)];
      if (total > 0 && extra * costs.share() > settings.extraCost * total) return false;
      const judged = Math.min(qualities.share(), 1 - qualities.share()) * qualities.count();
      const lost = (qualities.mean(false) - qualities.mean(true)) * qualities.share();
      return !(judged >= fewestJudged && lost > settings.lostQuality);
    },
    usualUsd: () => (costs.served() < fewest ? null : costs.mean(false)),
    observe: ({ explored, costUsd, quality }) => {
      if (costUsd !== null) costs.add(explored, costUsd);
      if (quality !== null) qualities.add(explored, quality);
    },
  };
}

/** Of the last so many requests, by whether they explored; each request asks for it, so sums are kept rather than made. */
function recentMeans() {
  const values = new Float64Array(windowSize);
  const explored = new Uint8Array(windowSize);
  const sums = [0, 0];
  const counts = [0, 0];
  let next = 0;
  const of = (kind: boolean | number): 0 | 1 => (kind ? 1 : 0);
  const count = (): number => (counts[0] as number) + (counts[1] as number);
  const put = (kind: 0 | 1, value: number, times: 1 | -1): void => {
    sums[kind] = (sums[kind] as number) + times * value;
    counts[kind] = (counts[kind] as number) + times;
  };
  return {
    add: (kind: boolean, value: number): void => {
      if (count() === windowSize) put(of(explored[next] as number), values[next] as number, -1);
      values[next] = value;
      explored[next] = of(kind);
      put(of(kind), value, 1);
      next = (next + 1) % windowSize;
      // Anew each time round, so that errors of rounding do not add up.
      if (next === 0) for (const one of [0, 1] as const) sums[one] = values.reduce((sum, value, at) => sum + (explored[at] === one ? value : 0), 0);
    },
    count,
    /** Those that did not explore. */
    served: (): number => counts[0] as number,
    /** Of those that explored. */
    share: (): number => (counts[1] as number) / Math.max(1, count()),
    mean: (kind: boolean): number => (sums[of(kind)] as number) / Math.max(1, counts[of(kind)] as number),
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
  if (share === 0) return exploit;
  const allowed = explore.filter((candidate) => affordable(candidate.armId));
  const mass = allowed.reduce((sum, { propensity }) => sum + propensity, 0);
  if (mass === 0) return exploit;
  // What serves is one arm, or a few: looking through them takes less than a map of all.
  const mixed = exploit.map(({ armId: id, propensity }) => ({ armId: id, propensity: (1 - share) * propensity }));
  for (const { armId: id, propensity } of allowed) {
    const added = (share * propensity) / mass;
    const serving = mixed[exploit.findIndex((one) => one.armId === id)];
    if (serving === undefined) mixed.push({ armId: id, propensity: added });
    else serving.propensity += added;
  }
  return mixed.filter(({ propensity }) => propensity > 0);
}

/** Only those that fit, with probabilities that sum to 1 again; all of `others` alike where none does. */
export function restricted(candidates: readonly Candidate[], fits: (armId: string) => boolean, others: readonly Arm[]): readonly Candidate[] {
  const left = candidates.filter((candidate) => fits(candidate.armId));
  const mass = left.reduce((sum, { propensity }) => sum + propensity, 0);
  if (mass === 1) return left;
  if (mass > 0) return left.map((candidate) => ({ ...candidate, propensity: candidate.propensity / mass }));
  return others.map((arm) => ({ armId: armId(arm), propensity: 1 / others.length }));
}

/** `uniform` in [0, 1). */
export function drawCandidate(candidates: readonly Candidate[], uniform: number): Candidate {
  let left = uniform;
  for (const candidate of candidates) {
    left -= candidate.propensity;
    if (left < 0) return candidate;
  }
  return candidates.at(-1) as Candidate;
}

export type PriceOfModel = (model: string) => TokenPrice | undefined;

/** US dollars, expected or at the worst, before anything is executed; null where a price is not known. */
export function estimatedUsd(
  analysis: Analysis,
  arm: Arm,
  { priceOf, kind }: { readonly priceOf: PriceOfModel; readonly kind: 'expected' | 'worst' },
): number | null {
  let usd = 0;
  for (const { model, inputTokens, outputTokens } of estimateCalls(analysis, arm, { kind, attempts: 1 })) {
    const price = priceOf(model);
    if (price === undefined) return null;
    usd += (inputTokens * price.inputUsdPerMTok + outputTokens * price.outputUsdPerMTok) / 1e6;
  }
  return usd;
}
