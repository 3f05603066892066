/** Points of two groups, and outcomes of arms on them that depend on the group. */
import { seededRandom } from '@ratchet/core';
import { nearestNeighbours, type PointSet, pointSet } from '../../src/models/nearest-neighbours.ts';
import type { MemberFit, OutcomeDataset, RequestView } from '../../src/models/outcome-dataset.ts';

export interface GroupedWorld {
  readonly points: PointSet;
  readonly dataset: OutcomeDataset;
  /** Expected outcome of an arm on a request: arm 0 is good for even requests, arm 1 for odd ones, others for none. */
  truth(arm: number, request: number): number;
  /** A new request of a group, 0 or 1. */
  view(group: number, seed: number): RequestView;
}

export interface WorldSize {
  readonly requests: number;
  readonly arms: number;
  /** Share of the cells that are known. */
  readonly known: number;
  readonly noise: number;
}

const dimensions = 4;

export function groupedWorld(seed: number, { requests, arms, known, noise }: WorldSize): GroupedWorld {
  const random = seededRandom('grouped', seed);
  const place = (group: number, ...key: readonly (string | number)[]) =>
    Float32Array.from({ length: dimensions }, (_, index) => (index === 0 ? 2 * group - 1 : 0) + 0.2 * random.normal('point', index, ...key));
  const points = pointSet(Array.from({ length: requests }, (_, request) => place(request % 2, request)));
  const truth = (arm: number, request: number): number => (arm > 1 ? -0.2 : arm === request % 2 ? 0.3 : -0.1);
  const offsets = [0];
  const arm: number[] = [];
  const value: number[] = [];
  const weight: number[] = [];
  for (let request = 0; request < requests; request++) {
    for (let which = 0; which < arms; which++) {
      if (random.uniform('known', request, which) >= known) continue;
      arm.push(which);
      value.push(truth(which, request) + noise * random.normal('value', request, which));
      weight.push(1 + Math.floor(3 * random.uniform('weight', request, which)));
    }
    offsets.push(arm.length);
  }
  return {
    points,
    dataset: {
      requests,
      arms,
      offsets: Int32Array.from(offsets),
      arm: Uint16Array.from(arm),
      value: Float64Array.from(value),
      weight: Float64Array.from(weight),
    },
    truth,
    view: (group, own) => {
      const point = place(group, 'new', own);
      const { positions, squaredDistances } = nearestNeighbours(points, point, { most: 60, except: -1 });
      return { point, place: point, neighbours: positions, squaredDistances, linear: new Float64Array() };
    },
  };
}

/** The outcomes of one request replaced. */
export function withOutcomes(dataset: OutcomeDataset, request: number, replaced: number): OutcomeDataset {
  const value = dataset.value.slice();
  for (let cell = dataset.offsets[request] as number; cell < (dataset.offsets[request + 1] as number); cell++) value[cell] = replaced;
  return { ...dataset, value };
}

export function forecastOf(member: MemberFit, arms: number, view: RequestView): Float64Array {
  const into = new Float64Array(arms);
  member.addTo(into, view, 1);
  return into;
}
