/** Which arms a policy may take: where it only has to reach a floor, none that cannot save anything; and none that can be told from others by luck alone. */

/** Of equal prices, each is as cheap as the other, but for rounding. */
const samePrice = 1.0001;

export interface ArmStandings {
  /** By arm: mean quality on the requests, in [0, 1]. */
  readonly mean: ArrayLike<number>;
  /** By arm: mean price, at least 0. */
  readonly price: ArrayLike<number>;
  /** Position of the arm that the floor is taken from. */
  readonly reference: number;
}

export interface ArmLimits {
  /** An arm that is worse on the mean than another one as cheap by more than this many points of quality may not be chosen for what it is near a request. */
  readonly slack: number;
  /** Whether arms may be chosen that are dearer than the reference: where only a floor counts, they cannot help. */
  readonly dearer: boolean;
}

/**
 * By arm: 1 where it is not dearer than the reference, unless `dearer`, and no arm that is as cheap is better on the mean by more than `slack` points of quality.
 * The reference is always among them. Of many arms of which each seems to be the best somewhere, most seem so by luck (the optimizer's curse: Smith and
 * Winkler 2006), and there are the more of them the fewer outcomes each place has; with a `slack` of infinity every arm may show that it is not.
 */
export function affordableArms({ mean, price, reference }: ArmStandings, { slack, dearer }: ArmLimits): Uint8Array {
  const arms = mean.length;
  return Uint8Array.from({ length: arms }, (_, arm) => {
    if (arm === reference) return 1;
    if (!dearer && !asCheap(price, arm, reference)) return 0;
    for (let other = 0; other < arms; other++) if (asCheap(price, other, arm) && (mean[other] as number) - (mean[arm] as number) > slack) return 0;
    return 1;
  });
}

/** Steps of a price of quality, from a thousandth of the largest. */
const priceSteps = 61;
/** Shorter of the frontier than by this many points, an arm is on it but for the steps. */
const onFrontier = 0.001;

/**
 * By arm: how many points of quality it is short of the frontier that the arms' means and prices make, at the price of quality that suits it best; infinity where it is dearer
 * than the reference. Prices of quality are looked at up to what makes a point worth a percent of the reference's price, or up to `priceOfQuality` where that is more: an
 * arm that is the best only where quality is sold for less yet is not on the frontier. Linear in arms.
 */
export function frontierGaps({ mean, price, reference }: ArmStandings, priceOfQuality = 0): Float64Array {
  const arms = mean.length;
  const highest = Math.max(priceOfQuality, 1 / Math.max(price[reference] as number, Number.EPSILON));
  const gaps = new Float64Array(arms).fill(Number.POSITIVE_INFINITY);
  for (let step = 0; step <= priceSteps; step++) {
    const lambda = step === 0 ? 0 : highest * 1000 ** ((step - priceSteps) / (priceSteps - 1));
    const worth = (arm: number): number => (mean[arm] as number) - lambda * (price[arm] as number);
    let most = Number.NEGATIVE_INFINITY;
    for (let arm = 0; arm < arms; arm++) if (asCheap(price, arm, reference)) most = Math.max(most, worth(arm));
    for (let arm = 0; arm < arms; arm++) if (asCheap(price, arm, reference)) gaps[arm] = Math.min(gaps[arm] as number, most - worth(arm));
  }
  return gaps;
}

/** By arm: 1 where it is on the frontier of `frontierGaps`, or the reference. */
export function frontierArms(standings: ArmStandings, priceOfQuality: number): Uint8Array {
  return Uint8Array.from(frontierGaps(standings, priceOfQuality), (gap, arm) => (arm === standings.reference || gap <= onFrontier ? 1 : 0));
}

function asCheap(price: ArrayLike<number>, arm: number, other: number): boolean {
  return (price[arm] as number) <= (price[other] as number) * samePrice;
}
