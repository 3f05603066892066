/** Finds the nearest of many points by brute force, which is exact and fast enough for thousands. */
import { type PointProducts, pointProducts, type Vector } from './point-products.ts';

/** Points x dimensions, row by row, with their squared lengths. */
export interface PointSet {
  readonly count: number;
  readonly dimensions: number;
  readonly values: Float64Array;
  readonly squaredLengths: Float64Array;
  readonly products: PointProducts;
}

export function pointSet(points: readonly Float32Array[]): PointSet {
  const dimensions = points[0]?.length ?? 0;
  const products = pointProducts(points.length, dimensions);
  points.forEach((point, index) => {
    products.values.set(point, index * dimensions);
  });
  return { count: points.length, dimensions, values: products.values, squaredLengths: Float64Array.from(points, squaredLength), products };
}

export interface Neighbours {
  /** Nearest first; of equal ones the first in the set. */
  readonly positions: Int32Array;
  readonly squaredDistances: Float64Array;
}

/** At most `most` of them; `except` is left out (-1: nothing is). O(count x dimensions). */
export function nearestNeighbours(
  { count, squaredLengths, products }: PointSet,
  point: Vector,
  { most, except }: { readonly most: number; readonly except: number },
): Neighbours {
  const nearest = nearestOf(Math.max(0, Math.min(most, except < 0 ? count : count - 1)));
  const own = squaredLength(point);
  const product = products.withEach(point);
  for (let index = 0; index < count; index++) {
    if (index !== except) nearest.offer(index, Math.max(0, own + (squaredLengths[index] as number) - 2 * (product[index] as number)));
  }
  return nearest.found();
}

/** For each point of the set its nearest others; eight at a time, which reads the set an eighth as often. O(count^2 x dimensions). */
export function neighboursOfAll({ count, squaredLengths, products }: PointSet, most: number): readonly Neighbours[] {
  const size = Math.max(0, Math.min(most, count - 1));
  const all: Neighbours[] = [];
  for (let first = 0; first < count; first += 8) {
    const rows = Array.from({ length: 8 }, (_, offset) => Math.min(first + offset, count - 1));
    const product = products.withEight(rows);
    for (const [place, row] of rows.entries()) {
      if (first + place >= count) break;
      const nearest = nearestOf(size);
      const own = squaredLengths[row] as number;
      for (let index = 0; index < count; index++) {
        if (index !== row) nearest.offer(index, Math.max(0, own + (squaredLengths[index] as number) - 2 * (product[8 * index + place] as number)));
      }
      all.push(nearest.found());
    }
  }
  return all;
}

interface NearestSoFar {
  offer(position: number, squaredDistance: number): void;
  found(): Neighbours;
}

function nearestOf(size: number): NearestSoFar {
  const positions = new Int32Array(size);
  const squaredDistances = new Float64Array(size).fill(Number.POSITIVE_INFINITY);
  let worst = size === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  let filled = 0;
  return {
    offer: (position, squaredDistance) => {
      if (squaredDistance >= worst) return;
      let slot = filled < size ? filled++ : size - 1;
      while (slot > 0 && (squaredDistances[slot - 1] as number) > squaredDistance) {
        squaredDistances[slot] = squaredDistances[slot - 1] as number;
        positions[slot] = positions[slot - 1] as number;
        slot--;
      }
      squaredDistances[slot] = squaredDistance;
      positions[slot] = position;
      worst = squaredDistances[size - 1] as number;
    },
    found: () => ({ positions, squaredDistances }),
  };
}

function squaredLength(point: Vector): number {
  let sum = 0;
  for (let index = 0; index < point.length; index++) sum += (point[index] as number) ** 2;
  return sum;
}
