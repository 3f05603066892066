/** Orders a dependency graph so that every node comes after what it needs (Kahn 1962), in layers that can run at once. */
import type { DependencyGraph } from './dependency-graph.ts';
import { groupNodes } from './group-nodes.ts';

export interface Layers {
  /** Nodes of each layer, in ascending order. */
  readonly layers: readonly (readonly number[])[];
  /** Nodes on a cycle, or behind one; empty for an acyclic graph. */
  readonly blocked: readonly number[];
}

/** O(nodes + edges). */
export function topologicalLayers({ size, offsets, targets }: DependencyGraph): Layers {
  const waiting = new Int32Array(size);
  for (let slot = 0; slot < targets.length; slot++) {
    const target = targets[slot] as number;
    waiting[target] = (waiting[target] as number) + 1;
  }
  const layerOf = new Int32Array(size).fill(-1);
  const queue = new Int32Array(size);
  let queued = 0;
  let layers = 0;
  for (let node = 0; node < size; node++) {
    if (waiting[node] !== 0) continue;
    layerOf[node] = 0;
    queue[queued++] = node;
  }
  // A node is queued by the last of what it needs, which is of the layer before its own.
  for (let done = 0; done < queued; done++) {
    const node = queue[done] as number;
    const layer = (layerOf[node] as number) + 1;
    layers = layer;
    for (let slot = offsets[node] as number; slot < (offsets[node + 1] as number); slot++) {
      const target = targets[slot] as number;
      const left = (waiting[target] as number) - 1;
      waiting[target] = left;
      if (left > 0) continue;
      layerOf[target] = layer;
      queue[queued++] = target;
    }
  }
  const blocked: number[] = [];
  if (queued < size) for (let node = 0; node < size; node++) if ((layerOf[node] as number) < 0) blocked.push(node);
  return { layers: groupNodes(layerOf, layers), blocked };
}
