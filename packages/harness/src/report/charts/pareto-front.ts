/** Finds the points that no other point beats: none is at most as costly and at least as good, and better in one. */

export interface CostQuality {
  readonly costUsd: number;
  readonly quality: number;
}

/** The front in order of rising cost, and so of rising quality. */
export function paretoFront<T extends CostQuality>(points: readonly T[]): readonly T[] {
  const byCost = [...points].sort((a, b) => a.costUsd - b.costUsd || b.quality - a.quality);
  const front: T[] = [];
  for (const point of byCost) if (front.length === 0 || point.quality > (front.at(-1) as T).quality) front.push(point);
  return front;
}
