/** Where requests stand to each other, whatever came of them: places, neighbours, cells; the same for every fit on the same requests. */
import { seededRandom } from '@ratchet/core';
import { embeddingSize, type TextEmbedding } from '../embedding/text-embedding.ts';
import { fitPartitions, type Partition } from '../models/cell-member.ts';
import { type Neighbours, nearestNeighbours, neighboursOfAll, type PointSet, pointSet } from '../models/nearest-neighbours.ts';
import type { RequestView } from '../models/outcome-dataset.ts';
import type { RequestEntry } from './request-entry.ts';
import { requestSpace, spaceDimensions } from './request-space.ts';

export interface RequestGround {
  readonly points: PointSet;
  /** Of each request. */
  readonly linear: readonly Float64Array[];
  /** Each request's nearest others. */
  nearest(): readonly Neighbours[];
  partitions(): readonly Partition[];
  /** Of any request, one of these or another; worked out once for each. */
  view(entry: RequestEntry): RequestView;
}

const neighbourCount = 60;

/** From so many on, each place is known well by itself. */
export const plentyOfRequests = 2000;

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
  const points = pointSet(entries.map((entry) => space.place(entry)));
  const views = new WeakMap<RequestEntry, RequestView>();
  const viewOf = (entry: RequestEntry): RequestView => {
    const point = space.place(entry);
    for (const { centres, cellAt } of partitions ?? []) if (centres.count > 0) cellAt(point);
    const { positions, squaredDistances } = nearestNeighbours(points, point, { most: neighbourCount, except: -1 });
    return { point, neighbours: positions, squaredDistances, linear: space.linear(entry) };
  };
  let nearest: readonly Neighbours[] | undefined;
  let partitions: readonly Partition[] | undefined;
  return {
    points,
    linear: entries.map((entry) => space.linear(entry)),
    nearest: () => {
      nearest ??= neighboursOfAll(points, neighbourCount);
      return nearest;
    },
    partitions: () => {
      const cells = Math.max(2, Math.min(100, Math.round(entries.length / 30)));
      partitions ??= fitPartitions(points, { cells, runs: entries.length > plentyOfRequests ? 1 : 3 }, seededRandom('members'));
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
