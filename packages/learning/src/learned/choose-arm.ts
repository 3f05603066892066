/** Chooses an arm from predictions: the cheapest whose quality meets the floor, by Thompson sampling or by the means. */
import type { Prediction } from './linear-posterior.ts';

/** Per arm, aligned with the arms. */
export interface ArmForecasts {
  readonly quality: readonly Prediction[];
  /** What executing it costs, in points of quality (see `executionPrice`). */
  readonly price: readonly number[];
  /** False where the arm breaks a limit (deadline) whatever its quality. */
  readonly allowed: readonly boolean[];
}

/** Among the arms that reach the floor, the one with the most qualityValue x quality - price. */
export interface ChoiceRule {
  /** Least expected quality; -Infinity for none. */
  readonly floor: number;
  readonly qualityValue: number;
}

/** Draws of the standard normal that all decisions of a policy share: draws[draw * arms + arm]. */
export interface NormalDraws {
  readonly count: number;
  readonly values: Float64Array;
}

/**
 * The share of draws in which each arm wins, mixed with epsilon / K for every allowed arm: the exact probability of
 * each arm, since the action is drawn from this very vector. Sums to 1.
 */
export function thompsonPropensities(forecasts: ArmForecasts, rule: ChoiceRule, draws: NormalDraws, epsilon: number): number[] {
  const arms = forecasts.quality.length;
  const wins = new Float64Array(arms);
  const sampled = new Float64Array(arms);
  for (let draw = 0; draw < draws.count; draw++) {
    for (let arm = 0; arm < arms; arm++) {
      const { mean, sd } = forecasts.quality[arm] as Prediction;
      sampled[arm] = mean + sd * (draws.values[draw * arms + arm] as number);
    }
    const winner = bestArm(sampled, forecasts, rule);
    wins[winner] = (wins[winner] as number) + 1;
  }
  const allowed = forecasts.allowed.filter(Boolean).length;
  const floor = allowed === 0 ? epsilon / arms : epsilon / allowed;
  return Array.from(wins, (count, arm) => (1 - epsilon) * (count / draws.count) + (allowed === 0 || forecasts.allowed[arm] ? floor : 0));
}

/** The arm that the posterior means favour. */
export function greedyArm(forecasts: ArmForecasts, rule: ChoiceRule): number {
  return bestArm(
    Float64Array.from(forecasts.quality, ({ mean }) => mean),
    forecasts,
    rule,
  );
}

/** Of equal arms the one of higher quality; where none meets the constraints, the one of the highest quality. */
function bestArm(quality: Float64Array, { price, allowed }: ArmForecasts, rule: ChoiceRule): number {
  let best = -1;
  let bestValue = Number.NEGATIVE_INFINITY;
  let fallback = 0;
  let fallbackQuality = Number.NEGATIVE_INFINITY;
  for (let arm = 0; arm < quality.length; arm++) {
    const own = quality[arm] as number;
    const usable = allowed[arm] as boolean;
    const fallbackValue = usable ? own : own - 1e6;
    if (fallbackValue > fallbackQuality) {
      fallback = arm;
      fallbackQuality = fallbackValue;
    }
    if (!usable || own < rule.floor) continue;
    const value = rule.qualityValue * own - (price[arm] as number);
    if (value > bestValue || (value === bestValue && own > (quality[best] as number))) {
      best = arm;
      bestValue = value;
    }
  }
  return best < 0 ? fallback : best;
}
