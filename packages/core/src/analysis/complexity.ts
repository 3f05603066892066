/** Scores how much a request asks for, with the parts that make up the score. */
import type { Complexity, Structure } from '../analysis.ts';

/** 1 - exp(-sum of parts): 0 for nothing, about 0.3 for one short wish, towards 1 for many dependent steps. */
export function complexityOf(structure: Structure): Complexity {
  const parts = {
    length: structure.words / 300,
    operations: 0.2 * Math.max(0, structure.chunks - 1),
    dependencies: 0.15 * structure.edges,
    depth: 0.2 * Math.max(0, structure.depth - 1),
    materials: structure.materialWords / 1500,
  };
  const sum = Object.values(parts).reduce((total, part) => total + part, 0);
  return { score: 1 - Math.exp(-sum), parts };
}
