/** Where requests stand to each other, whatever came of them: places, neighbours, cells; the same for every fit on the same requests. */
import { seededRandom } from '@ratchet/core';
import { embeddingSize, type TextEmbedding } from '../embedding/text-embedding.ts';
import { fitPartitions, type Partition } from '../models/cell-member.ts';
import { type Neighbours, nearestNeighbours, neighboursOfAll, type PointSet, pointSet } from '../models/nearest-neighbours.ts';
import type { RequestView } from '../models/outcome-dataset.ts';
import { weighDimensions } from '../models/weigh-dimensions.ts';
import type { RequestEntry } from './request-entry.ts';
import { type RequestSpace, requestSpace, spaceDimensions } from './request-space.ts';

export interface RequestGround {
  readonly points: PointSet;
  /** Of each request. */
  readonly linear: readonly Float64Array[];
  /** As they stand in the space, every dimension counting alike; worked out once. */
  readonly alike: ComparedRequests;
  /** As they stand where squared distances along each dimension of `points` count as much as its weight says, at least 0. */
  weighted(weights: Float64Array): ComparedRequests;
}

export interface ComparedRequests {
  /** Each request's nearest others. */
  nearest(): readonly Neighbours[];
  partitions(): readonly Partition[];
  /** Of any request, one of these or another; worked out once for each. */
  view(entry: RequestEntry): RequestView;
}

/** From so many on, each place is known well by itself. */
export const plentyOfRequests = 2000;

const neighbourCount = (requests: number): number => (requests > plentyOfRequests ? 120 : 60);
const partitionRuns = 3;

/** Directions of the text beyond the first 64 tell trees little, and cost them time. */
export const treeFeatures = Array.from({ length: spaceDimensions }, (_, index) => index).filter((index) => index < 64 || index >= embeddingSize);

interface KnownGround {
  readonly entries: readonly RequestEntry[];
  readonly ground: RequestGround;
}

/** The last one of each embedding: generations of one learner, and learners that are compared, are asked the same requests. */
const lastByEmbedding = new WeakMap<TextEmbedding | typeof noEmbedding, KnownGround>();
const noEmbedding = {};

/** Deterministic. Worked out anew only where the requests or the embedding are others. */
export function requestGround(entries: readonly RequestEntry[], embedding: TextEmbedding | null): RequestGround {
  const known = lastByEmbedding.get(embedding ?? noEmbedding);
  if (known !== undefined && known.entries.length === entries.length && entries.every((entry, index) => entry === known.entries[index])) return known.ground;
  const ground = makeGround(entries, embedding);
  lastByEmbedding.set(embedding ?? noEmbedding, { entries, ground });
  return ground;
}

function makeGround(entries: readonly RequestEntry[], embedding: TextEmbedding | null): RequestGround {
  const space = requestSpace(entries, embedding);
  const own = entries.map((entry) => space.place(entry));
  const points = pointSet(own);
  return {
    points,
    linear: entries.map((entry) => space.linear(entry)),
    alike: compareRequests(space, points, (point) => point),
    weighted: (weights) => {
      const weigh = weighDimensions(points, weights);
      return compareRequests(space, pointSet(own.map(weigh)), weigh);
    },
  };
}

/** `move` takes a place of the space to where it is compared; `points` have been moved. */
function compareRequests(space: RequestSpace, points: PointSet, move: (point: Float32Array) => Float32Array): ComparedRequests {
  const views = new WeakMap<RequestEntry, RequestView>();
  const viewOf = (entry: RequestEntry): RequestView => {
    const point = space.place(entry);
    const place = move(point);
    for (const { centres, cellAt } of partitions ?? []) if (centres.count > 0) cellAt(place);
    const { positions, squaredDistances } = nearestNeighbours(points, place, { most: neighbourCount(points.count), except: -1 });
    return { point, place, neighbours: positions, squaredDistances, linear: space.linear(entry) };
  };
  let nearest: readonly Neighbours[] | undefined;
  let partitions: readonly Partition[] | undefined;
  return {
    nearest: () => {
      nearest ??= neighboursOfAll(points, neighbourCount(points.count));
      return nearest;
    },
    partitions: () => {
      const cells = Math.max(2, Math.min(100, Math.round(points.count / 30)));
      partitions ??= fitPartitions(points, { cells, runs: partitionRuns }, seededRandom('members'));
      return partitions;
    },
    view: (entry) => {
      let view = views.get(entry);
      if (view === undefined) {
        view = viewOf(entry);
        views.set(entry, view);
      }
      return view;
    },
  };
}
