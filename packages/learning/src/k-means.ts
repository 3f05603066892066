/** Groups points around centres (Lloyd's iterations from k-means++ seeds, Arthur and Vassilvitskii 2007). */

/** At most `clusters` centres: fewer where fewer points differ. Deterministic for a given `random`. */
export function fitCentres(points: readonly Float64Array[], clusters: number, random: () => number): readonly Float64Array[] {
  let centres = seedCentres(points, clusters, random);
  for (let iteration = 0; iteration < 25; iteration++) {
    const sums = centres.map((centre) => ({ sum: new Float64Array(centre.length), count: 0 }));
    for (const point of points) {
      const group = sums[nearestCentre(point, centres)] as { sum: Float64Array; count: number };
      group.count++;
      for (let index = 0; index < point.length; index++) group.sum[index] = (group.sum[index] as number) + (point[index] as number);
    }
    const moved = centres.map((centre, index) => {
      const { sum, count } = sums[index] as { sum: Float64Array; count: number };
      return count === 0 ? centre : sum.map((value) => value / count);
    });
    const still = moved.every((centre, index) => squaredDistance(centre, centres[index] as Float64Array) < 1e-12);
    centres = moved;
    if (still) break;
  }
  return centres;
}

/** The index of the nearest centre; the first of several. */
export function nearestCentre(point: Float64Array, centres: readonly Float64Array[]): number {
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (let index = 0; index < centres.length; index++) {
    const distance = squaredDistance(point, centres[index] as Float64Array);
    if (distance < bestDistance) {
      best = index;
      bestDistance = distance;
    }
  }
  return best;
}

function seedCentres(points: readonly Float64Array[], clusters: number, random: () => number): readonly Float64Array[] {
  if (points.length === 0) return [];
  let newest = points[Math.floor(random() * points.length)] as Float64Array;
  const centres = [newest];
  const distances = new Float64Array(points.length).fill(Number.POSITIVE_INFINITY);
  while (centres.length < clusters) {
    let total = 0;
    for (const [index, point] of points.entries()) {
      const nearest = Math.min(distances[index] as number, squaredDistance(point, newest));
      distances[index] = nearest;
      total += nearest;
    }
    let left = random() * total;
    if (!(left > 0)) break;
    const next = distances.findIndex((distance) => {
      left -= distance;
      return left < 0;
    });
    newest = points[next < 0 ? points.length - 1 : next] as Float64Array;
    centres.push(newest);
  }
  return centres;
}

function squaredDistance(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] as number) - (b[index] as number);
    sum += difference * difference;
  }
  return sum;
}
