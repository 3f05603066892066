/** Small directed graphs as fast-check values, with loops and repeated edges, and what reaches what in them. */
import fc from 'fast-check';
import { type DependencyGraph, dependencyGraph } from '../../src/graph/dependency-graph.ts';

export interface Edge {
  readonly from: number;
  readonly to: number;
}

export interface PlainGraph {
  readonly size: number;
  readonly edges: readonly Edge[];
}

export const anyGraph: fc.Arbitrary<PlainGraph> = fc.integer({ min: 0, max: 8 }).chain((size) => {
  const node = fc.integer({ min: 0, max: Math.max(0, size - 1) });
  return fc.record({ size: fc.constant(size), edges: size === 0 ? fc.constant([]) : fc.array(fc.record({ from: node, to: node }), { maxLength: 14 }) });
});

/** Edges from lower to higher numbers only. */
export const anyAcyclicGraph: fc.Arbitrary<PlainGraph> = anyGraph.map(({ size, edges }) => ({
  size,
  edges: edges.filter(({ from, to }) => from !== to).map(({ from, to }) => ({ from: Math.min(from, to), to: Math.max(from, to) })),
}));

export function build({ size, edges }: PlainGraph): DependencyGraph {
  return dependencyGraph(size, edges);
}

/** reach[a][b]: some path of at least one edge leads from a to b (Warshall). */
export function reachability({ size, edges }: PlainGraph): readonly (readonly boolean[])[] {
  const reach = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  const at = (a: number, b: number) => (reach[a] as boolean[])[b] as boolean;
  for (const { from, to } of edges) (reach[from] as boolean[])[to] = true;
  for (let through = 0; through < size; through++) {
    for (let a = 0; a < size; a++) {
      for (let b = 0; b < size; b++) if (at(a, through) && at(through, b)) (reach[a] as boolean[])[b] = true;
    }
  }
  return reach;
}

export function nodesOf({ size }: PlainGraph): readonly number[] {
  return Array.from({ length: size }, (_, node) => node);
}

export function longPath(size: number): PlainGraph {
  return { size, edges: Array.from({ length: size - 1 }, (_, from) => ({ from, to: from + 1 })) };
}

export function longCycle(size: number): PlainGraph {
  return { size, edges: Array.from({ length: size }, (_, from) => ({ from, to: (from + 1) % size })) };
}
