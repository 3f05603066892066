/** From the outcomes near a request to what it does to each arm: a part that all arms share, and each arm's own. */

export interface EffectPrior {
  /** Outcomes that "nothing is special about this place" counts as, for what all arms share. */
  readonly shared: number;
  /** The same for what an arm has beside it. */
  readonly own: number;
}

/**
 * Shrinks in two steps: g = sum S / (sum W + shared); arm a deviates by g + (S_a - W_a g) / (W_a + own). S_a is the weighted sum
 * of the residuals near the request, W_a their weight (James and Stein 1961; empirical Bayes with additive
 * effects). With one outcome a request, the shared part says how hard the place is, which no arm's own outcomes could.
 */
export function addLocalEffects(
  into: Float64Array,
  { sums, weights }: { readonly sums: Float64Array; readonly weights: Float64Array },
  { prior, scale, at }: { readonly prior: EffectPrior; readonly scale: number; readonly at: number },
): void {
  let sum = 0;
  let weight = 0;
  for (let arm = 0; arm < sums.length; arm++) {
    sum += sums[arm] as number;
    weight += weights[arm] as number;
  }
  const shared = sum / (weight + prior.shared);
  for (let arm = 0; arm < sums.length; arm++) {
    const own = weights[arm] as number;
    into[at + arm] = (into[at + arm] as number) + scale * (shared + ((sums[arm] as number) - own * shared) / (own + prior.own));
  }
}
