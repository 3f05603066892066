/** The features of a request that outcome models see: counts of its structure and its text, on scales near 1. */
import type { Analysis } from '@ratchet/core';
import { type TextProjection, textFeatureCount, textFeatures } from './text-projection.ts';

export const structureFeatureNames = ['intercept', 'words', 'chunks', 'edges', 'depth', 'materials', 'code names', 'complexity'] as const;
export const structureFeatureCount = structureFeatureNames.length;
export const requestFeatureCount = structureFeatureCount + textFeatureCount;

/** Structure first, aligned with `structureFeatureNames`; then the text, 0 without a projection. */
export function requestFeatures(analysis: Analysis, projection: TextProjection | null): Float64Array {
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
  if (projection !== null) features.set(textOf(analysis, projection), structureFeatureCount);
  return features;
}

const known = new WeakMap<TextProjection, WeakMap<Analysis, Float64Array>>();

function textOf(analysis: Analysis, projection: TextProjection): Float64Array {
  let byAnalysis = known.get(projection);
  if (byAnalysis === undefined) {
    byAnalysis = new WeakMap();
    known.set(projection, byAnalysis);
  }
  let features = byAnalysis.get(analysis);
  if (features === undefined) {
    features = textFeatures(analysis.text, projection);
    byAnalysis.set(analysis, features);
  }
  return features;
}
