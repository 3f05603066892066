/** Reduces each cluster of observations to a row of sums, so that a resample only has to add rows. */
import { requireFinite, StatisticsError } from './statistics-error.ts';

/** What one observation adds to each sum: a tuple, the same length for all observations. */
export type Terms = readonly [number, ...number[]];

/** One row of `width` sums for each of `count` clusters, one row after another. */
export interface ClusterSums {
  readonly table: Float64Array;
  readonly width: number;
  readonly count: number;
}

/**
 * @param clusters the observations of each cluster; clusters without any are left out
 * @param terms called once for each observation
 * @throws StatisticsError `empty` without observations, `not-finite` when a sum is not finite
 */
export function sumClusters<Observation>(clusters: readonly (readonly Observation[])[], terms: (observation: Observation) => Terms): ClusterSums {
  const rows: number[][] = [];
  for (const observations of clusters) {
    let row: number[] | undefined;
    for (const observation of observations) {
      const added = terms(observation);
      if (row === undefined) row = [...added];
      else for (let term = 0; term < row.length; term += 1) row[term] = (row[term] as number) + (added[term] as number);
    }
    if (row !== undefined) rows.push(row);
  }
  const width = rows[0]?.length;
  if (width === undefined) throw new StatisticsError('empty', 'no observations; nothing can be estimated from none');
  const table = Float64Array.from(rows.flat(), (sum) => requireFinite(sum, 'a sum over the observations of a cluster'));
  return { table, width, count: rows.length };
}

/**
 * The observations of each cluster. Clusters are ordered by name (code units), not by first appearance,
 * so that the same seed gives the same resamples in whatever order concurrent trials ended.
 */
export function groupByCluster<Observation extends { readonly cluster: string }>(observations: readonly Observation[]): Observation[][] {
  const groups = new Map<string, Observation[]>();
  for (const observation of observations) {
    const group = groups.get(observation.cluster);
    if (group === undefined) groups.set(observation.cluster, [observation]);
    else group.push(observation);
  }
  return [...groups.keys()].sort().map((cluster) => groups.get(cluster) as Observation[]);
}
