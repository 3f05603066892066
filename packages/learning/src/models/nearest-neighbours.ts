/** Finds the nearest of many points by brute force, which is exact and fast enough for thousands. */
import { type PointProducts, pointProducts, type Vector } from './point-products.ts';
import { smallestOf } from './smallest-of.ts';

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
  const own = squaredLength(point);
  const product = products.withEach(point);
  const distances = new Float64Array(count);
  for (let index = 0; index < count; index++) distances[index] = Math.max(0, own + (squaredLengths[index] as number) - 2 * (product[index] as number));
  return nearest(distances, Math.min(most, except < 0 ? count : count - 1), except);
}

/** For each point of the set its nearest others; eight at a time, which reads the set an eighth as often. O(count^2 x dimensions). */
export function neighboursOfAll({ count, squaredLengths, products }: PointSet, most: number): readonly Neighbours[] {
  const all: Neighbours[] = [];
  const distances = new Float64Array(count);
  for (let first = 0; first < count; first += 8) {
    const rows = Array.from({ length: 8 }, (_, offset) => Math.min(first + offset, count - 1));
    const product = products.withEight(rows);
    for (const [place, row] of rows.slice(0, count - first).entries()) {
      const own = squaredLengths[row] as number;
      for (let index = 0; index < count; index++)
        distances[index] = Math.max(0, own + (squaredLengths[index] as number) - 2 * (product[8 * index + place] as number));
      all.push(nearest(distances, Math.min(most, count - 1), row));
    }
  }
  return all;
}

function nearest(distances: Float64Array, size: number, except: number): Neighbours {
  const { positions, values } = smallestOf(distances, Math.max(0, size), except);
  return { positions, squaredDistances: values };
}

function squaredLength(point: Vector): number {
  let sum = 0;
  for (let index = 0; index < point.length; index++) sum += (point[index] as number) ** 2;
  return sum;
}
