/** Finds what a node of a graph needs, directly and through what it needs itself. */
import { dependencyGraph } from './dependency-graph.ts';

/** The nodes that lead to a node in up to `depth` edges, ascending; the node itself is none of them. */
export type Prerequisites = (node: number, depth: number) => readonly number[];

/** Made once, in O(nodes + edges); a look-up takes what it passes. Throws a RangeError for an edge that leaves the graph. */
export function prerequisitesOf(size: number, edges: readonly { readonly from: number; readonly to: number }[]): Prerequisites {
  const backwards = dependencyGraph(
    size,
    edges.map(({ from, to }) => ({ from: to, to: from })),
  );
  const { offsets, targets } = backwards;
  return (node, depth) => {
    const found = new Set<number>();
    let level: readonly number[] = [node];
    for (let step = 0; step < depth && level.length > 0; step++) {
      const next: number[] = [];
      for (const to of level) {
        for (let slot = offsets[to] as number; slot < (offsets[to + 1] as number); slot++) {
          const from = targets[slot] as number;
          if (from === node || found.has(from)) continue;
          found.add(from);
          next.push(from);
        }
      }
      level = next;
    }
    return [...found].sort((a, b) => a - b);
  };
}
