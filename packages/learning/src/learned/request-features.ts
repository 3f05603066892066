/** The features of a request that outcome models see: counts of its structure, on scales near 1. */
import type { Analysis } from '@ratchet/core';

export const requestFeatureNames = ['intercept', 'words', 'chunks', 'edges', 'depth', 'materials', 'code names', 'complexity'] as const;
export const requestFeatureCount = requestFeatureNames.length;

/** Aligned with `requestFeatureNames`; the intercept is 1. */
export function requestFeatures({ structure, complexity }: Analysis): Float64Array {
  return Float64Array.of(
    1,
    Math.log1p(structure.words) - 4.5,
    Math.log2(structure.chunks) - 0.8,
    Math.log1p(structure.edges) - 0.5,
    Math.log2(structure.depth) - 0.4,
    Math.log1p(structure.materialWords) / 4 - 0.4,
    Math.log1p(structure.names) / 2 - 0.7,
    2 * complexity.score - 1.1,
  );
}
