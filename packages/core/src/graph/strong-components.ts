/** Finds strongly connected components (Tarjan 1972), iteratively, so that a long path cannot overflow the stack. */
import type { DependencyGraph } from './dependency-graph.ts';
import { groupNodes } from './group-nodes.ts';

const unvisited = 0;

/** Components in reverse topological order, each with its nodes ascending. O(nodes + edges). */
export function strongComponents({ size, offsets, targets }: DependencyGraph): readonly (readonly number[])[] {
  // Order of discovery from 1 on; of a node whose component is known, larger than all orders.
  const low = new Int32Array(size);
  const order = new Int32Array(size);
  const nextSlot = new Int32Array(size);
  const stack = new Int32Array(size);
  const path = new Int32Array(size);
  const componentOf = new Int32Array(size);
  const known = 0x7fffffff;
  let stacked = 0;
  let counter = 0;
  let components = 0;

  // From the last node down, so that components in topological order keep the order of their nodes where edges lead forward.
  for (let root = size - 1; root >= 0; root--) {
    if (order[root] !== unvisited) continue;
    let depth = 0;
    let entered = root;
    for (;;) {
      if (entered >= 0) {
        order[entered] = ++counter;
        low[entered] = counter;
        nextSlot[entered] = offsets[entered] as number;
        stack[stacked++] = entered;
        path[depth++] = entered;
        entered = -1;
      }
      const node = path[depth - 1] as number;
      const end = offsets[node + 1] as number;
      let slot = nextSlot[node] as number;
      let lowest = low[node] as number;
      while (slot < end) {
        const target = targets[slot++] as number;
        const seen = order[target] as number;
        if (seen === unvisited) {
          entered = target;
          break;
        }
        if (seen < lowest) lowest = seen;
      }
      low[node] = lowest;
      nextSlot[node] = slot;
      if (entered >= 0) continue;
      depth--;
      if (lowest === order[node]) {
        let member: number;
        do {
          member = stack[--stacked] as number;
          order[member] = known;
          componentOf[member] = components;
        } while (member !== node);
        components++;
      }
      if (depth === 0) break;
      const parent = path[depth - 1] as number;
      if (lowest < (low[parent] as number)) low[parent] = lowest;
    }
  }
  return groupNodes(componentOf, components);
}
