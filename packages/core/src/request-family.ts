/** Sorts requests by the structure that their analysis found. */
import type { Analysis } from './analysis.ts';

/** One part, several that need nothing of each other, several of which some need others, or a part that is repeated until something holds. */
export type RequestFamily = 'single' | 'list' | 'ordered' | 'cyclic';

export function requestFamily({ chunks, edges }: Pick<Analysis, 'chunks' | 'edges'>): RequestFamily {
  if (edges.some(({ from, to }) => from >= to)) return 'cyclic';
  if (chunks.length <= 1) return 'single';
  return edges.length === 0 ? 'list' : 'ordered';
}
