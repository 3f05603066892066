/** Analyses for tests, made of given chunks and edges, whatever the analyzer would say. */

import { analyze } from '../src/analysis/analyze.ts';
import type { Analysis } from '../src/analysis.ts';

/** Chunks are joined as they stand; materials are texts that occur in them. */
export function analysisOf(
  chunkTexts: readonly string[],
  edges: readonly (readonly [from: number, to: number])[] = [],
  materials: readonly string[] = [],
): Analysis {
  const text = chunkTexts.join('');
  let end = 0;
  const chunks = chunkTexts.map((chunkText, index) => {
    const start = end;
    end += chunkText.length;
    return { index, start, end, text: chunkText, operation: null };
  });
  return {
    ...analyze({ id: 'request', text }),
    chunks,
    edges: edges.map(([from, to]) => ({ from, to, reason: 'order' })),
    materials: materials.map((material) => ({ start: text.indexOf(material), end: text.indexOf(material) + material.length, text: material })),
  };
}

/** Chunks "step 0;", "step 1;" and so on. */
export function stepsWith(size: number, edges: readonly (readonly [from: number, to: number])[] = []): Analysis {
  return analysisOf(
    Array.from({ length: size }, (_, index) => `step ${index};\n`),
    edges,
  );
}
