/** Chooses an arm from forecasts: the most quality for its price, by Thompson sampling or by the means. */

/** Per arm, aligned with the arms. */
export interface ArmForecasts {
  readonly quality: Float64Array;
  readonly qualitySd: Float64Array;
  /** What executing it takes, in points of quality (see `executionPrice`). */
  readonly price: Float64Array;
  /** False where the arm breaks a limit (deadline) whatever its quality. */
  readonly allowed: readonly boolean[];
}

/** Draws of the standard normal that all decisions of a policy share: values[arm * count + draw]. */
export interface NormalDraws {
  readonly count: number;
  readonly values: Float64Array;
  /** Largest size of any draw. */
  readonly largest: number;
}

/**
 * The share of draws in which each arm has the most quality - priceOfQuality x price, mixed with epsilon / K for every allowed
 * arm: the exact probability of each arm, since the action is drawn from this very vector. Sums to 1. Only arms that could
 * win in some draw are drawn for, which changes nothing: the draws are bounded.
 */
export function thompsonPropensities(
  forecasts: ArmForecasts,
  priceOfQuality: number,
  { draws, epsilon }: { readonly draws: NormalDraws; readonly epsilon: number },
): number[] {
  const { quality, qualitySd, price, allowed } = forecasts;
  const arms = quality.length;
  const allowedCount = allowed.filter(Boolean).length;
  const usable = (arm: number): boolean => allowedCount === 0 || (allowed[arm] as boolean);
  let surest = Number.NEGATIVE_INFINITY;
  for (let arm = 0; arm < arms; arm++) {
    if (usable(arm)) surest = Math.max(surest, (quality[arm] as number) - priceOfQuality * (price[arm] as number) - draws.largest * (qualitySd[arm] as number));
  }
  const contenders: number[] = [];
  for (let arm = 0; arm < arms; arm++) {
    const value = (quality[arm] as number) - priceOfQuality * (price[arm] as number);
    if (usable(arm) && value + draws.largest * (qualitySd[arm] as number) >= surest) contenders.push(arm);
  }
  // Arm by arm, so that both reads run along memory, and the longer the loop the rarer is a new best.
  const best = new Float64Array(draws.count).fill(Number.NEGATIVE_INFINITY);
  const winner = new Uint16Array(draws.count);
  const { values } = draws;
  for (let index = 0; index < contenders.length; index++) {
    const arm = contenders[index] as number;
    const value = (quality[arm] as number) - priceOfQuality * (price[arm] as number);
    const deviation = qualitySd[arm] as number;
    const base = arm * draws.count;
    for (let draw = 0; draw < best.length; draw++) {
      const drawn = value + deviation * (values[base + draw] as number);
      if (drawn > (best[draw] as number)) {
        best[draw] = drawn;
        winner[draw] = index;
      }
    }
  }
  const wins = new Float64Array(contenders.length);
  for (let draw = 0; draw < winner.length; draw++) wins[winner[draw] as number] = (wins[winner[draw] as number] as number) + 1;
  const floor = epsilon / (allowedCount === 0 ? arms : allowedCount);
  const propensities = Array.from({ length: arms }, (_, arm) => (usable(arm) ? floor : 0));
  contenders.forEach((arm, index) => {
    propensities[arm] = (propensities[arm] as number) + (1 - epsilon) * ((wins[index] as number) / draws.count);
  });
  return propensities;
}

/** The arm that the means favour; of equal ones the one of higher quality, then the first. Where none is allowed, all are. */
export function greedyArm({ quality, price, allowed }: Omit<ArmForecasts, 'qualitySd'>, priceOfQuality: number): number {
  const none = !allowed.some(Boolean);
  let best = -1;
  let most = Number.NEGATIVE_INFINITY;
  for (let arm = 0; arm < quality.length; arm++) {
    if (!none && !(allowed[arm] as boolean)) continue;
    const value = (quality[arm] as number) - priceOfQuality * (price[arm] as number);
    if (value > most || (value === most && (quality[arm] as number) > (quality[best] as number))) {
      best = arm;
      most = value;
    }
  }
  return Math.max(0, best);
}
