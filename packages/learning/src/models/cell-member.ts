/** Predicts from the outcomes of the requests in the same cell, averaged over several partitions of the space. */
import type { Random } from '@ratchet/core';
import { fitCentres } from '../k-means.ts';
import { addLocalEffects, type EffectPrior } from './local-effects.ts';
import { nearestNeighbours, type PointSet, pointSet } from './nearest-neighbours.ts';
import type { MemberFit, OutcomeDataset } from './outcome-dataset.ts';

export interface CellSettings {
  readonly cells: number;
  readonly runs: number;
  readonly prior: EffectPrior;
}

/** Centres are fitted on so many requests, the first in the order of their keys. */
const mostForCentres = 1500;

/** k-means cells with shrunk means. A request's own outcomes are taken out of its cell for `leftOut`. */
export function cellMember(
  dataset: OutcomeDataset,
  points: PointSet,
  { settings, random }: { readonly settings: CellSettings; readonly random: Random },
): MemberFit {
  const { requests, arms, offsets, arm, value, weight } = dataset;
  const rows = Array.from({ length: points.count }, (_, index) => points.values.subarray(index * points.dimensions, (index + 1) * points.dimensions));
  const leftOut = new Float64Array(requests * arms);
  const sums = new Float64Array(arms);
  const weights = new Float64Array(arms);
  const partitions = Array.from({ length: settings.runs }, (_, run) => {
    const centres = pointSet(
      fitCentres(rows.slice(0, mostForCentres), settings.cells, random.stream('cells', settings.cells, run)).map((centre) => Float32Array.from(centre)),
    );
    const cellSums = new Float64Array(centres.count * arms);
    const cellWeights = new Float64Array(centres.count * arms);
    const cellOf = rows.map((row) => nearestNeighbours(centres, row, { most: 1, except: -1 }).positions[0] as number);
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
      addLocalEffects(leftOut, { sums, weights }, { prior: settings.prior, scale: 1 / settings.runs, at: request * arms });
    }
    // A cell's effects do not depend on the request: they are worked out once.
    const effects = new Float64Array(centres.count * arms);
    for (let cell = 0; cell < centres.count; cell++) {
      const base = cell * arms;
      addLocalEffects(
        effects,
        { sums: cellSums.subarray(base, base + arms), weights: cellWeights.subarray(base, base + arms) },
        { prior: settings.prior, scale: 1, at: base },
      );
    }
    return { centres, effects };
  });
  return {
    name: `cells ${settings.cells}`,
    leftOut,
    addTo: (into, request, scale) => {
      for (const { centres, effects } of partitions) {
        if (centres.count === 0) continue;
        const base = (nearestNeighbours(centres, request.point, { most: 1, except: -1 }).positions[0] as number) * arms;
        const share = scale / settings.runs;
        for (let which = 0; which < arms; which++) into[which] = (into[which] as number) + share * (effects[base + which] as number);
      }
    },
  };
}
