/** A directed graph as compressed adjacency arrays: the successors of node i are targets[offsets[i] .. offsets[i + 1]). */

export interface DependencyGraph {
  readonly size: number;
  readonly offsets: Int32Array;
  readonly targets: Int32Array;
}

/**
 * Builds the graph; repeated edges are kept once each time they are given.
 * Throws a RangeError for an edge whose end is not in [0, size).
 */
export function dependencyGraph(size: number, edges: readonly { readonly from: number; readonly to: number }[]): DependencyGraph {
  const offsets = new Int32Array(size + 1);
  for (const { from, to } of edges) {
    if (!(from >= 0 && from < size && to >= 0 && to < size)) throw new RangeError(`edge ${from} -> ${to} leaves the graph of ${size} nodes`);
    offsets[from + 1] = (offsets[from + 1] as number) + 1;
  }
  for (let node = 0; node < size; node++) offsets[node + 1] = (offsets[node + 1] as number) + (offsets[node] as number);
  const next = offsets.slice(0, size);
  const targets = new Int32Array(edges.length);
  for (const { from, to } of edges) {
    const slot = next[from] as number;
    targets[slot] = to;
    next[from] = slot + 1;
  }
  return { size, offsets, targets };
}
