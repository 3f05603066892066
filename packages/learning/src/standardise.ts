/** Puts features on one scale: mean 0 and standard deviation 1 over the points they were fitted on. */

export interface Standardisation {
  readonly mean: Float64Array;
  /** 1 for a feature that does not vary. */
  readonly deviation: Float64Array;
}

export function fitStandardisation(points: readonly Float64Array[]): Standardisation {
  const size = points[0]?.length ?? 0;
  const mean = new Float64Array(size);
  const deviation = new Float64Array(size);
  for (const point of points) for (let index = 0; index < size; index++) mean[index] = (mean[index] as number) + (point[index] as number) / points.length;
  for (const point of points) {
    for (let index = 0; index < size; index++)
      deviation[index] = (deviation[index] as number) + ((point[index] as number) - (mean[index] as number)) ** 2 / points.length;
  }
  return { mean, deviation: deviation.map((variance) => (variance > 1e-12 ? Math.sqrt(variance) : 1)) };
}

/** In [-3, 3]. */
export function standardise(point: Float64Array, { mean, deviation }: Standardisation): Float64Array {
  return point.map((value, index) => Math.max(-3, Math.min(3, (value - (mean[index] as number)) / (deviation[index] as number))));
}
