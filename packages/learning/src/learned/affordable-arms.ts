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
  /** Points of quality that an arm may be worse on the mean than one as cheap, and be chosen for what it is near a request. */
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
    if (!dearer && (price[arm] as number) > (price[reference] as number) * samePrice) return 0;
    for (let other = 0; other < arms; other++) {
      if ((price[other] as number) <= (price[arm] as number) * samePrice && (mean[other] as number) - (mean[arm] as number) > slack) return 0;
    }
    return 1;
  });
}
