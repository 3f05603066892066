/** Predicts from the outcomes of the most similar requests, the nearer the more. */
import { addLocalEffects, type EffectPrior } from './local-effects.ts';
import type { Neighbours } from './nearest-neighbours.ts';
import type { MemberFit, OutcomeDataset } from './outcome-dataset.ts';

export interface NeighbourSettings {
  readonly neighbours: number;
  readonly prior: EffectPrior;
}

/** Squared distance at which a neighbour counts half as much as one at no distance; points have a mean squared length of about 1.5. */
const softness = 0.05;

/**
 * Weighted k nearest neighbours, weights 1 / (softness + d^2) scaled to a mean of 1. A strong baseline for routing (arXiv 2505.12601).
 * `nearest` has each request's neighbours without itself.
 */
export function neighbourMember(dataset: OutcomeDataset, nearest: readonly Neighbours[], settings: NeighbourSettings): MemberFit {
  const { arms, offsets, arm, value, weight } = dataset;
  const sums = new Float64Array(arms);
  const weights = new Float64Array(arms);
  const add = (
    into: Float64Array,
    positions: Int32Array,
    squaredDistances: Float64Array,
    { scale, at }: { readonly scale: number; readonly at: number },
  ): void => {
    const count = Math.min(settings.neighbours, positions.length);
    let total = 0;
    for (let index = 0; index < count; index++) total += 1 / (softness + (squaredDistances[index] as number));
    sums.fill(0);
    weights.fill(0);
    for (let index = 0; index < count; index++) {
      const nearness = count / total / (softness + (squaredDistances[index] as number));
      const request = positions[index] as number;
      for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
        const which = arm[cell] as number;
        const own = nearness * (weight[cell] as number);
        sums[which] = (sums[which] as number) + own * (value[cell] as number);
        weights[which] = (weights[which] as number) + own;
      }
    }
    addLocalEffects(into, { sums, weights }, { prior: settings.prior, scale, at });
  };
  const leftOut = new Float64Array(dataset.requests * arms);
  nearest.forEach(({ positions, squaredDistances }, request) => {
    add(leftOut, positions, squaredDistances, { scale: 1, at: request * arms });
  });
  return {
    name: `neighbours ${settings.neighbours}`,
    leftOut,
    addTo: (into, request, scale) => add(into, request.neighbours, request.squaredDistances, { scale, at: 0 }),
  };
}
