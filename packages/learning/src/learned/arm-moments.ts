/** Gathers the statistics of a linear model of all arms by arm, where a request has few features, and spreads them over the arms' blocks once. */
import type { ArmFeatures } from './arm-features.ts';
import type { LinearStatistics } from './linear-posterior.ts';
import { linearFeatureCount } from './request-space.ts';

/** They add up; arms x features x features, arms x features. */
export interface ArmMoments {
  readonly outer: Float64Array;
  readonly cross: Float64Array;
  squares: number;
  count: number;
}

export function emptyArmMoments(arms: number): ArmMoments {
  return { outer: new Float64Array(arms * linearFeatureCount ** 2), cross: new Float64Array(arms * linearFeatureCount), squares: 0, count: 0 };
}

/** Adds, in place, an outcome of an arm on a request with the given linear features. */
export function addOutcome(
  moments: ArmMoments,
  { arm, linear }: { readonly arm: number; readonly linear: Float64Array },
  { target, weight }: { readonly target: number; readonly weight: number },
): void {
  const { outer, cross } = moments;
  for (let a = 0; a < linearFeatureCount; a++) {
    const value = weight * (linear[a] as number);
    if (value === 0) continue;
    const at = arm * linearFeatureCount + a;
    cross[at] = (cross[at] as number) + value * target;
    const row = at * linearFeatureCount;
    for (let b = 0; b < linearFeatureCount; b++) outer[row + b] = (outer[row + b] as number) + value * (linear[b] as number);
  }
  moments.squares += weight * target * target;
  moments.count += weight;
}

/** Of the outcomes of `a` and of `b` together; with a sign of -1, of those of `a` without those of `b`, which are among them. */
export function combineMoments(a: ArmMoments, b: ArmMoments, sign: 1 | -1): ArmMoments {
  return {
    outer: a.outer.map((value, index) => value + sign * (b.outer[index] as number)),
    cross: a.cross.map((value, index) => value + sign * (b.cross[index] as number)),
    squares: a.squares + sign * b.squares,
    count: a.count + sign * b.count,
  };
}

/** As if each outcome had been added with its arm's whole vector (Lindley and Smith 1972: arms share what their strategy and models have in common). */
export function spreadMoments({ outer, cross, squares, count }: ArmMoments, { arms, dimension, layout }: ArmFeatures): LinearStatistics {
  const spreadOuter = new Float64Array(dimension * dimension);
  const spreadCross = new Float64Array(dimension);
  for (let arm = 0; arm < arms; arm++) {
    const { indices, sources } = layout(arm);
    for (let a = 0; a < indices.length; a++) {
      const target = indices[a] as number;
      const source = arm * linearFeatureCount + (sources[a] as number);
      spreadCross[target] = (spreadCross[target] as number) + (cross[source] as number);
      for (let b = 0; b < indices.length; b++) {
        const at = target * dimension + (indices[b] as number);
        spreadOuter[at] = (spreadOuter[at] as number) + (outer[source * linearFeatureCount + (sources[b] as number)] as number);
      }
    }
  }
  return { outer: spreadOuter, cross: spreadCross, squares, count };
}
