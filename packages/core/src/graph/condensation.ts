/** Contracts each cycle of a graph to one node, which leaves an acyclic graph of components. */
import { type DependencyGraph, dependencyGraph } from './dependency-graph.ts';
import { strongComponents } from './strong-components.ts';

export interface Condensation {
  /** The nodes of each component, components in topological order. */
  readonly components: readonly (readonly number[])[];
  /** The component of each node. */
  readonly componentOf: Int32Array;
  /** Edges between components, each once. */
  readonly graph: DependencyGraph;
}

export function condense(graph: DependencyGraph): Condensation {
  const components = [...strongComponents(graph)].reverse();
  const componentOf = new Int32Array(graph.size);
  components.forEach((nodes, index) => {
    for (const node of nodes) componentOf[node] = index;
  });
  const seen = new Set<number>();
  const edges: { from: number; to: number }[] = [];
  for (let node = 0; node < graph.size; node++) {
    for (let slot = graph.offsets[node] as number; slot < (graph.offsets[node + 1] as number); slot++) {
      const from = componentOf[node] as number;
      const to = componentOf[graph.targets[slot] as number] as number;
      const key = from * components.length + to;
      if (from === to || seen.has(key)) continue;
      seen.add(key);
      edges.push({ from, to });
    }
  }
  return { components, componentOf, graph: dependencyGraph(components.length, edges) };
}
