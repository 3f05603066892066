/** Combines members by what each foretold of requests that it had not seen (stacked regressions). */
import type { ArmMatrix, MemberFit, OutcomeDataset } from './outcome-dataset.ts';

/** Members whose predictions are centred over the arms, so that only differences between arms count. */
export interface StackGround {
  /** Residuals of what is expected before the members speak. */
  readonly dataset: OutcomeDataset;
  /** Of each member, requests x arms. */
  readonly centred: readonly ArmMatrix[];
  /** Of each request: what lifts or lowers all of its arms together. */
  readonly level: Float64Array;
}

/** Where all arms are known on a request, their mean residual is its level; else the members' mean prediction is. */
export function stackGround(dataset: OutcomeDataset, members: readonly MemberFit[]): StackGround {
  const { requests, arms, offsets, value } = dataset;
  const level = new Float64Array(requests);
  const centred = members.map(({ leftOut }) => {
    const result = leftOut.slice();
    for (let request = 0; request < requests; request++) {
      const base = request * arms;
      let mean = 0;
      for (let which = 0; which < arms; which++) mean += (result[base + which] as number) / arms;
      for (let which = 0; which < arms; which++) result[base + which] = (result[base + which] as number) - mean;
      level[request] = (level[request] as number) + mean / members.length;
    }
    return result;
  });
  for (let request = 0; request < requests; request++) {
    const from = offsets[request] as number;
    const to = offsets[request + 1] as number;
    if (to - from < arms) continue;
    let mean = 0;
    for (let cell = from; cell < to; cell++) mean += (value[cell] as number) / arms;
    level[request] = mean;
  }
  return { dataset, centred, level };
}

/** Normal equations of the members' weights, by fold of the requests, so that any fold can be left out. */
export interface StackSums {
  /** Of each fold: members x members, and members. */
  readonly gram: readonly Float64Array[];
  readonly cross: readonly Float64Array[];
  /** Weight of the cells of each fold, over the number of arms: what the ridge is measured by. */
  readonly size: readonly number[];
}

/** `relevance` weighs the arms: those in contention matter. */
export function stackSums(
  { dataset, centred, level }: StackGround,
  relevance: Float64Array,
  folds: { readonly count: number; readonly of: Int32Array },
): StackSums {
  const { requests, arms, offsets, arm, value, weight } = dataset;
  const members = centred.length;
  const gram = Array.from({ length: folds.count }, () => new Float64Array(members * members));
  const cross = Array.from({ length: folds.count }, () => new Float64Array(members));
  const size = new Array<number>(folds.count).fill(0);
  for (let request = 0; request < requests; request++) {
    const fold = folds.of[request] as number;
    const a = gram[fold] as Float64Array;
    const b = cross[fold] as Float64Array;
    for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
      const which = arm[cell] as number;
      const own = (weight[cell] as number) * (relevance[which] as number);
      const target = (value[cell] as number) - (level[request] as number);
      const at = request * arms + which;
      size[fold] = (size[fold] as number) + own / arms;
      for (let p = 0; p < members; p++) {
        const scaled = own * ((centred[p] as Float64Array)[at] as number);
        b[p] = (b[p] as number) + scaled * target;
        for (let q = 0; q <= p; q++) a[p * members + q] = (a[p * members + q] as number) + scaled * ((centred[q] as Float64Array)[at] as number);
      }
    }
  }
  return { gram, cross, size };
}

/**
 * Weights at least 0 (Breiman 1996: a member that does harm gets none), by non-negative ridge regression; coordinate descent.
 * `ridge` is the penalty in units of a unit variance of one request. Fold `without` is left out; -1: none is.
 */
export function stackWeights({ gram, cross, size }: StackSums, ridge: number, without: number): Float64Array {
  const members = cross[0]?.length ?? 0;
  const a = new Float64Array(members * members);
  const b = new Float64Array(members);
  let total = 0;
  for (let fold = 0; fold < gram.length; fold++) {
    if (fold === without) continue;
    total += size[fold] as number;
    for (let p = 0; p < members; p++) {
      b[p] = (b[p] as number) + ((cross[fold] as Float64Array)[p] as number);
      for (let q = 0; q <= p; q++) a[p * members + q] = (a[p * members + q] as number) + ((gram[fold] as Float64Array)[p * members + q] as number);
    }
  }
  for (let p = 0; p < members; p++) {
    for (let q = 0; q < p; q++) a[q * members + p] = a[p * members + q] as number;
    a[p * members + p] = (a[p * members + p] as number) + ridge * total;
  }
  const weights = new Float64Array(members);
  for (let sweep = 0; sweep < 500; sweep++) {
    let moved = 0;
    for (let p = 0; p < members; p++) {
      const diagonal = a[p * members + p] as number;
      if (diagonal <= 0) continue;
      let sum = b[p] as number;
      for (let q = 0; q < members; q++) if (q !== p) sum -= (a[p * members + q] as number) * (weights[q] as number);
      const next = Math.max(0, sum / diagonal);
      moved = Math.max(moved, Math.abs(next - (weights[p] as number)));
      weights[p] = next;
    }
    if (moved < 1e-9) break;
  }
  return weights;
}
