/** Groups requests by their features (k-means with Lloyd's iterations), as the original plan's labels need. */
import { Matrix } from 'ml-matrix';

const iterations = 20;

/** The cluster of each row. Features are put on one scale first; the first rows that differ are the first centres. */
export function clusterRows(rows: readonly (readonly number[])[], clusters: number): readonly number[] {
  if (rows.length === 0) return [];
  const points = standardised(rows);
  const distinct = [...new Map(points.to2DArray().map((row) => [row.join(), row])).values()];
  let centres = distinct.slice(0, clusters);
  let assigned: number[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    assigned = Array.from({ length: points.rows }, (_, row) => nearest(points.getRow(row), centres));
    const moved = centres.map((centre, index) => {
      const members = assigned.flatMap((cluster, row) => (cluster === index ? [row] : []));
      return members.length === 0 ? centre : points.subMatrixRow(members, 0, points.columns - 1).mean('column');
    });
    if (moved.every((centre, index) => centre.join() === centres[index]?.join())) break;
    centres = moved;
  }
  return assigned;
}

function standardised(rows: readonly (readonly number[])[]): Matrix {
  const points = new Matrix(rows.map((row) => [...row]));
  const means = points.mean('column');
  points.subRowVector(means);
  const deviations = points.standardDeviation('column', { mean: means.map(() => 0) }).map((sd) => (sd > 0 ? sd : 1));
  return points.divRowVector(deviations);
}

function nearest(point: readonly number[], centres: readonly (readonly number[])[]): number {
  let best = 0;
  let bestDistance = Number.POSITIVE_INFINITY;
  centres.forEach((centre, index) => {
    const distance = centre.reduce((sum, value, column) => sum + (value - (point[column] as number)) ** 2, 0);
    if (distance < bestDistance) {
      best = index;
      bestDistance = distance;
    }
  });
  return best;
}
