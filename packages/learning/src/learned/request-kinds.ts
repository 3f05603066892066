/** Sorts requests into kinds that look alike, without labels: cells of several k-means runs on their surface. */
import { type Analysis, seededRandom } from '@ratchet/core';
import { z } from 'zod';
import { fitCentres, nearestCentre } from '../k-means.ts';
import { SnapshotError } from '../snapshot.ts';
import { fitStandardisation, type Standardisation, standardise } from '../standardise.ts';
import { decodeNumbers, encodeNumbers } from './number-coding.ts';
import { surfaceFeatureCount, surfaceFeatures } from './surface-features.ts';

const runs = 2;
const cellsPerRun = 8;
const fewestRequests = 3 * cellsPerRun;

/** Each request is in one cell of each run. */
export const kindFeatureCount = runs * cellsPerRun;

/** Fitted on the requests of the first generation, then fixed. */
export interface RequestKinds {
  readonly scale: Standardisation;
  /** By run. */
  readonly centres: readonly (readonly Float64Array[])[];
}

/** null for too few requests to tell kinds apart. */
export function fitRequestKinds(analyses: readonly Analysis[]): RequestKinds | null {
  const texts = [...new Map(analyses.map((analysis) => [analysis.text, analysis])).values()];
  if (texts.length < fewestRequests) return null;
  const points = texts.map(surfaceFeatures);
  const scale = fitStandardisation(points);
  const scaled = points.map((point) => standardise(point, scale));
  return { scale, centres: Array.from({ length: runs }, (_, run) => fitCentres(scaled, cellsPerRun, seededRandom('kinds').stream(run))) };
}

/** For each run, the position of the request's cell among all cells. */
export function kindsOf(analysis: Analysis, { scale, centres }: RequestKinds): readonly number[] {
  const point = standardise(surfaceFeatures(analysis), scale);
  return centres.map((cells, run) => run * cellsPerRun + nearestCentre(point, cells));
}

export const savedKindsSchema = z
  .strictObject({ mean: z.string(), deviation: z.string(), centres: z.array(z.array(z.string()).max(cellsPerRun)).length(runs) })
  .nullable();
type SavedKinds = z.infer<typeof savedKindsSchema>;

export function saveKinds(kinds: RequestKinds | null): SavedKinds {
  if (kinds === null) return null;
  return {
    mean: encodeNumbers(kinds.scale.mean),
    deviation: encodeNumbers(kinds.scale.deviation),
    centres: kinds.centres.map((cells) => cells.map(encodeNumbers)),
  };
}

/** Throws a `SnapshotError` when the parts do not fit together. */
export function restoreKinds(saved: SavedKinds): RequestKinds | null {
  if (saved === null) return null;
  const kinds = {
    scale: { mean: decodeNumbers(saved.mean), deviation: decodeNumbers(saved.deviation) },
    centres: saved.centres.map((cells) => cells.map(decodeNumbers)),
  };
  if ([kinds.scale.mean, kinds.scale.deviation, ...kinds.centres.flat()].some((vector) => vector.length !== surfaceFeatureCount)) {
    throw new SnapshotError('the saved kinds of requests have other features than this program; train again');
  }
  return kinds;
}
