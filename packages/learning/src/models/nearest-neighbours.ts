/** Finds the nearest of many points by brute force, which is exact and fast enough for thousands. */

/** Points x dimensions, row by row, with their squared lengths. */
export interface PointSet {
  readonly count: number;
  readonly dimensions: number;
  readonly values: Float32Array;
  readonly squaredLengths: Float64Array;
}

export function pointSet(points: readonly Float32Array[]): PointSet {
  const dimensions = points[0]?.length ?? 0;
  const values = new Float32Array(points.length * dimensions);
  points.forEach((point, index) => {
    values.set(point, index * dimensions);
  });
  const squaredLengths = Float64Array.from(points, squaredLength);
  return { count: points.length, dimensions, values, squaredLengths };
}

export interface Neighbours {
  /** Nearest first; of equal ones the first in the set. */
  readonly positions: Int32Array;
  readonly squaredDistances: Float64Array;
}

/** At most `most` of them; `except` is left out (-1: nothing is). O(count x dimensions). */
export function nearestNeighbours({ count, dimensions, values, squaredLengths }: PointSet, point: Float32Array, { most, except }: { readonly most: number; readonly except: number }): Neighbours {
  const size = Math.max(0, Math.min(most, except < 0 ? count : count - 1));
  const positions = new Int32Array(size);
  const squaredDistances = new Float64Array(size);
  const own = squaredLength(point);
  let found = 0;
  let worst = Number.POSITIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    if (index === except) continue;
    const base = index * dimensions;
    let a = 0;
    let b = 0;
    let at = 0;
    for (; at + 1 < dimensions; at += 2) {
      a += (point[at] as number) * (values[base + at] as number);
      b += (point[at + 1] as number) * (values[base + at + 1] as number);
    }
    if (at < dimensions) a += (point[at] as number) * (values[base + at] as number);
    const distance = Math.max(0, own + (squaredLengths[index] as number) - 2 * (a + b));
    if (found === size) {
      if (distance >= worst) continue;
    } else {
      found++;
    }
    let slot = found - 1;
    while (slot > 0 && (squaredDistances[slot - 1] as number) > distance) {
      squaredDistances[slot] = squaredDistances[slot - 1] as number;
      positions[slot] = positions[slot - 1] as number;
      slot--;
    }
    squaredDistances[slot] = distance;
    positions[slot] = index;
    worst = squaredDistances[found - 1] as number;
  }
  return { positions, squaredDistances };
}

function squaredLength(point: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < point.length; index++) sum += (point[index] as number) ** 2;
  return sum;
}
