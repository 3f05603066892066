/** Chooses the arm that forecasts favour: the most quality for its price. */

/** Per arm, aligned with the arms. */
export interface ArmForecasts {
  readonly quality: Float64Array;
  readonly qualitySd: Float64Array;
  /** What executing it takes, in points of quality (see `executionPrice`). */
  readonly price: Float64Array;
  /** False where the arm breaks a limit (deadline) whatever its quality. */
  readonly allowed: readonly boolean[];
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
