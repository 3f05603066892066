/** Finds the nearest of many points by brute force, which is exact and fast enough for thousands. */

/** Points x dimensions, row by row, with their squared lengths. */
export interface PointSet {
  readonly count: number;
  readonly dimensions: number;
  readonly values: Float64Array;
  readonly squaredLengths: Float64Array;
}

export function pointSet(points: readonly Float32Array[]): PointSet {
  const dimensions = points[0]?.length ?? 0;
  const values = new Float64Array(points.length * dimensions);
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
export function nearestNeighbours(
  { count, dimensions, values, squaredLengths }: PointSet,
  point: Float32Array | Float64Array,
  { most, except }: { readonly most: number; readonly except: number },
): Neighbours {
  const nearest = nearestOf(Math.max(0, Math.min(most, except < 0 ? count : count - 1)));
  const query = Float64Array.from(point);
  const own = squaredLength(point);
  const paired = dimensions - (dimensions % 4);
  for (let index = 0; index < count; index++) {
    if (index === except) continue;
    const base = index * dimensions;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let at = 0; at < paired; at += 4) {
      a += (query[at] as number) * (values[base + at] as number);
      b += (query[at + 1] as number) * (values[base + at + 1] as number);
      c += (query[at + 2] as number) * (values[base + at + 2] as number);
      d += (query[at + 3] as number) * (values[base + at + 3] as number);
    }
    for (let at = paired; at < dimensions; at++) a += (query[at] as number) * (values[base + at] as number);
    nearest.offer(index, Math.max(0, own + (squaredLengths[index] as number) - 2 * (a + b + c + d)));
  }
  return nearest.found();
}

/** For each point of the set its nearest others; four at a time, which reads the set a quarter as often. O(count^2 x dimensions). */
export function neighboursOfAll(points: PointSet, most: number): readonly Neighbours[] {
  const { count, dimensions, squaredLengths } = points;
  const { values } = points;
  const size = Math.max(0, Math.min(most, count - 1));
  const all: Neighbours[] = [];
  for (let first = 0; first < count; first += 4) {
    const rows = [0, 1, 2, 3].map((offset) => Math.min(first + offset, count - 1));
    const [r0, r1, r2, r3] = rows.map((row) => row * dimensions) as [number, number, number, number];
    const nearest = rows.map(() => nearestOf(size));
    const [n0, n1, n2, n3] = nearest as [NearestSoFar, NearestSoFar, NearestSoFar, NearestSoFar];
    const [l0, l1, l2, l3] = rows.map((row) => squaredLengths[row] as number) as [number, number, number, number];
    for (let index = 0; index < count; index++) {
      const base = index * dimensions;
      let d0 = 0;
      let d1 = 0;
      let d2 = 0;
      let d3 = 0;
      for (let at = 0; at < dimensions; at++) {
        const value = values[base + at] as number;
        d0 += value * (values[r0 + at] as number);
        d1 += value * (values[r1 + at] as number);
        d2 += value * (values[r2 + at] as number);
        d3 += value * (values[r3 + at] as number);
      }
      const length = squaredLengths[index] as number;
      if (index !== rows[0]) n0.offer(index, Math.max(0, l0 + length - 2 * d0));
      if (index !== rows[1]) n1.offer(index, Math.max(0, l1 + length - 2 * d1));
      if (index !== rows[2]) n2.offer(index, Math.max(0, l2 + length - 2 * d2));
      if (index !== rows[3]) n3.offer(index, Math.max(0, l3 + length - 2 * d3));
    }
    for (let offset = 0; offset < 4 && first + offset < count; offset++) all.push((nearest[offset] as NearestSoFar).found());
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

function squaredLength(point: Float32Array | Float64Array): number {
  let sum = 0;
  for (let index = 0; index < point.length; index++) sum += (point[index] as number) ** 2;
  return sum;
}
