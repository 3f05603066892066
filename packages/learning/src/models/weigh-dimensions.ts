/** Lets some dimensions of points count more than others where they are compared. */
import type { PointSet } from './nearest-neighbours.ts';

/**
 * Moves points so that squared distances along each dimension count as much as its weight, at least 0, says (feature weighting: Wettschereck, Aha and
 * Mohri 1997). Dimensions of weight 0 are left out; the mean squared length of `points` stays what it is, so only the ratios of weights matter.
 */
export function weighDimensions({ count, dimensions, values }: PointSet, weights: Float64Array): (point: Float32Array) => Float32Array {
  const kept = Int32Array.from(weights.keys()).filter((dimension) => (weights[dimension] as number) > 0);
  let before = 0;
  let after = 0;
  for (let index = 0; index < count; index++) {
    for (let dimension = 0; dimension < dimensions; dimension++) {
      const square = (values[index * dimensions + dimension] as number) ** 2;
      before += square;
      after += square * (weights[dimension] as number);
    }
  }
  const factors = Float64Array.from(kept, (dimension) => (after > 0 ? Math.sqrt(((weights[dimension] as number) * before) / after) : 0));
  return (point) => Float32Array.from(kept, (dimension, at) => (factors[at] as number) * (point[dimension] as number));
}
