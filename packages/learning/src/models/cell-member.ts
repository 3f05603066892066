/** Predicts from the outcomes of the requests in the same cell, averaged over several partitions of the space. */
import type { Random } from '@ratchet/core';
import { fitCentres } from '../k-means.ts';
import { addLocalEffects, type EffectPrior } from './local-effects.ts';
import { nearestNeighbours, type PointSet, pointSet } from './nearest-neighbours.ts';
import type { MemberFit, OutcomeDataset } from './outcome-dataset.ts';

/** Cells of the space, each of the points that are nearest to one centre. */
export interface Partition {
  readonly centres: PointSet;
  /** Of each point, its cell. */
  readonly cellOf: Int32Array;
  /** Of any place; looked for once for each. */
  cellAt(place: Float32Array): number;
}

/** Centres are fitted on so many requests, the first in the order of their keys. */
const mostForCentres = 1500;

/** k-means, `runs` times from other seeds. */
export function fitPartitions(points: PointSet, { cells, runs }: { readonly cells: number; readonly runs: number }, random: Random): readonly Partition[] {
  const rows = Array.from({ length: points.count }, (_, index) => points.values.subarray(index * points.dimensions, (index + 1) * points.dimensions));
  return Array.from({ length: runs }, (_, run) => {
    const centres = pointSet(fitCentres(rows.slice(0, mostForCentres), cells, random.stream('cells', cells, run)).map((centre) => Float32Array.from(centre)));
    const nearest = (place: Float32Array | Float64Array): number => nearestNeighbours(centres, place, { most: 1, except: -1 }).positions[0] as number;
    const known = new WeakMap<Float32Array, number>();
    const cellAt = (place: Float32Array): number => {
      const cell = known.get(place) ?? nearest(place);
      known.set(place, cell);
      return cell;
    };
    return { centres, cellOf: Int32Array.from(rows, nearest), cellAt };
  });
}

/** Shrunk means of the cells. A request's own outcomes are taken out of its cell for `leftOut`. */
export function cellMember(dataset: OutcomeDataset, partitions: readonly Partition[], prior: EffectPrior): MemberFit {
  const { requests, arms, offsets, arm, value, weight } = dataset;
  const runs = partitions.length;
  const leftOut = new Float64Array(requests * arms);
  const sums = new Float64Array(arms);
  const weights = new Float64Array(arms);
  const fitted = partitions.map(({ centres, cellOf, cellAt }) => {
    const cellSums = new Float64Array(centres.count * arms);
    const cellWeights = new Float64Array(centres.count * arms);
    const deviate = (request: number, sign: number, intoSums: Float64Array, intoWeights: Float64Array, base: number): void => {
      for (let cell = offsets[request] as number; cell < (offsets[request + 1] as number); cell++) {
        const which = arm[cell] as number;
        const own = sign * (weight[cell] as number);
        intoSums[base + which] = (intoSums[base + which] as number) + own * (value[cell] as number);
        intoWeights[base + which] = (intoWeights[base + which] as number) + own;
      }
    };
    for (let request = 0; request < requests; request++) deviate(request, 1, cellSums, cellWeights, (cellOf[request] as number) * arms);
    for (let request = 0; request < requests; request++) {
      const base = (cellOf[request] as number) * arms;
      sums.set(cellSums.subarray(base, base + arms));
      weights.set(cellWeights.subarray(base, base + arms));
      deviate(request, -1, sums, weights, 0);
      addLocalEffects(leftOut, { sums, weights }, { prior, scale: 1 / runs, at: request * arms });
    }
    // A cell's effects do not depend on the request: they are worked out once.
    const effects = new Float64Array(centres.count * arms);
    for (let cell = 0; cell < centres.count; cell++) {
      const base = cell * arms;
      addLocalEffects(effects, { sums: cellSums.subarray(base, base + arms), weights: cellWeights.subarray(base, base + arms) }, { prior, scale: 1, at: base });
    }
    return { centres, cellAt, effects };
  });
  return {
    name: `cells ${partitions[0]?.centres.count ?? 0}`,
    leftOut,
    addTo: (into, request, scale) => {
      for (const { centres, cellAt, effects } of fitted) {
        if (centres.count === 0) continue;
        const base = cellAt(request.place) * arms;
        const share = scale / runs;
        for (let which = 0; which < arms; which++) into[which] = (into[which] as number) + share * (effects[base + which] as number);
      }
    },
  };
}
