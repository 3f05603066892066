/** The features of a request's structure, on scales near 1. */
import type { Analysis } from '@ratchet/core';

export const structureFeatureNames = ['intercept', 'words', 'chunks', 'edges', 'depth', 'materials', 'code names', 'complexity'] as const;
export const structureFeatureCount = structureFeatureNames.length;

/** Aligned with `structureFeatureNames`. */
export function structureFeatures({ structure, complexity }: Analysis): Float64Array {
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
