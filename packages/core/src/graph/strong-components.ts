/** Finds strongly connected components (Tarjan 1972), iteratively, so that a long path cannot overflow the stack. */
import type { DependencyGraph } from './dependency-graph.ts';

/** Components in reverse topological order, each with its nodes ascending. O(nodes + edges). */
export function strongComponents(graph: DependencyGraph): readonly (readonly number[])[] {
  const unvisited = -1;
  const order = new Int32Array(graph.size).fill(unvisited);
  const low = new Int32Array(graph.size);
  const onStack = new Uint8Array(graph.size);
  const nextSlot = new Int32Array(graph.size);
  const stack: number[] = [];
  const path: number[] = [];
  const components: number[][] = [];
  let counter = 0;

  const enter = (node: number): void => {
    order[node] = counter;
    low[node] = counter++;
    nextSlot[node] = graph.offsets[node] as number;
    stack.push(node);
    onStack[node] = 1;
    path.push(node);
  };

  // From the last node down, so that components in topological order keep the order of their nodes where edges lead forward.
  for (let root = graph.size - 1; root >= 0; root--) {
    if (order[root] !== unvisited) continue;
    enter(root);
    while (path.length > 0) {
      const node = path[path.length - 1] as number;
      const slot = nextSlot[node] as number;
      if (slot < (graph.offsets[node + 1] as number)) {
        nextSlot[node] = slot + 1;
        const target = graph.targets[slot] as number;
        if (order[target] === unvisited) enter(target);
        else if (onStack[target] === 1) low[node] = Math.min(low[node] as number, order[target] as number);
        continue;
      }
      path.pop();
      const parent = path[path.length - 1];
      if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[node] as number);
      if (low[node] !== order[node]) continue;
      const component: number[] = [];
      for (;;) {
        const member = stack.pop() as number;
        onStack[member] = 0;
        component.push(member);
        if (member === node) break;
      }
      components.push(component.sort((a, b) => a - b));
    }
  }
  return components;
}
