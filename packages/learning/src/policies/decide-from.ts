/** Draws an arm from a vector of propensities, so that what is logged is exactly what happened. */
import type { Arm, Decision, Random } from '@ratchet/core';

/** `propensities` are aligned with `arms`, not negative, and sum to 1. */
export function decideFrom(arms: readonly Arm[], ids: readonly string[], propensities: readonly number[], random: Random): Decision {
  let left = random.uniform('decide');
  let chosen = -1;
  for (let index = 0; index < arms.length; index++) {
    const propensity = propensities[index] as number;
    if (propensity === 0) continue;
    chosen = index;
    left -= propensity;
    if (left < 0) break;
  }
  const candidates: { readonly armId: string; readonly propensity: number }[] = [];
  for (let index = 0; index < ids.length; index++) {
    const propensity = propensities[index] as number;
    if (propensity !== 0) candidates.push({ armId: ids[index] as string, propensity });
  }
  return { arm: arms[chosen] as Arm, armId: ids[chosen] as string, propensity: propensities[chosen] as number, candidates };
}
