/** Orders a dependency graph so that every node comes after what it needs (Kahn), in layers that can run at once. */
import type { DependencyGraph } from './dependency-graph.ts';

export interface Layers {
  /** Nodes of each layer, in ascending order. */
  readonly layers: readonly (readonly number[])[];
  /** Nodes on a cycle, or behind one; empty for an acyclic graph. */
  readonly blocked: readonly number[];
}

/** O(nodes + edges). */
export function topologicalLayers(graph: DependencyGraph): Layers {
  const waiting = new Int32Array(graph.size);
  for (const target of graph.targets) waiting[target] = (waiting[target] as number) + 1;
  let layer: number[] = [];
  for (let node = 0; node < graph.size; node++) if (waiting[node] === 0) layer.push(node);
  const layers: number[][] = [];
  while (layer.length > 0) {
    layers.push(layer);
    const next: number[] = [];
    for (const node of layer) {
      for (let slot = graph.offsets[node] as number; slot < (graph.offsets[node + 1] as number); slot++) {
        const target = graph.targets[slot] as number;
        waiting[target] = (waiting[target] as number) - 1;
        if (waiting[target] === 0) next.push(target);
      }
    }
    layer = next.sort((a, b) => a - b);
  }
  const blocked: number[] = [];
  for (let node = 0; node < graph.size; node++) if ((waiting[node] as number) > 0) blocked.push(node);
  return { layers, blocked };
}
