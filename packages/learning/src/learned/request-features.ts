/** The features of a request that outcome models see: counts of its structure, on scales near 1, and its kinds. */
import type { Analysis } from '@ratchet/core';
import { kindFeatureCount, kindsOf, type RequestKinds } from './request-kinds.ts';

export const structureFeatureNames = ['intercept', 'words', 'chunks', 'edges', 'depth', 'materials', 'code names', 'complexity'] as const;
export const structureFeatureCount = structureFeatureNames.length;
export const requestFeatureCount = structureFeatureCount + kindFeatureCount;

/** Structure first, aligned with `structureFeatureNames`; then 1 for each cell that the request is in, 0 without kinds. */
export function requestFeatures(analysis: Analysis, kinds: RequestKinds | null): Float64Array {
  const { structure, complexity } = analysis;
  const features = new Float64Array(requestFeatureCount);
  features.set([
    1,
    Math.log1p(structure.words) - 4.5,
    Math.log2(structure.chunks) - 0.8,
    Math.log1p(structure.edges) - 0.5,
    Math.log2(structure.depth) - 0.4,
    Math.log1p(structure.materialWords) / 4 - 0.4,
    Math.log1p(structure.names) / 2 - 0.7,
    2 * complexity.score - 1.1,
  ]);
  if (kinds !== null) for (const cell of knownKinds(analysis, kinds)) features[structureFeatureCount + cell] = 1;
  return features;
}

const known = new WeakMap<RequestKinds, WeakMap<Analysis, readonly number[]>>();

function knownKinds(analysis: Analysis, kinds: RequestKinds): readonly number[] {
  let byAnalysis = known.get(kinds);
  if (byAnalysis === undefined) {
    byAnalysis = new WeakMap();
    known.set(kinds, byAnalysis);
  }
  let cells = byAnalysis.get(analysis);
  if (cells === undefined) {
    cells = kindsOf(analysis, kinds);
    byAnalysis.set(analysis, cells);
  }
  return cells;
}
