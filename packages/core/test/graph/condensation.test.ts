import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { condense } from '../../src/graph/condensation.ts';
import { topologicalLayers } from '../../src/graph/layers.ts';
import { anyAcyclicGraph, anyGraph, build, longCycle, longPath, nodesOf, reachability } from './any-graph.ts';

describe('condense', () => {
  test('leaves an acyclic graph of components in topological order, with every edge between them once', () => {
    fc.assert(
      fc.property(anyGraph, (plain) => {
        const { components, componentOf, graph } = condense(build(plain));
        const reach = reachability(plain);
        components.forEach((nodes, component) => {
          for (const node of nodes) expect(componentOf[node]).toBe(component);
        });
        for (const a of nodesOf(plain)) {
          for (const b of nodesOf(plain)) {
            const together = a === b || (reach[a]?.[b] === true && reach[b]?.[a] === true);
            expect(componentOf[a] === componentOf[b]).toBe(together);
          }
        }
        const between = plain.edges.map(({ from, to }) => [componentOf[from], componentOf[to]] as const).filter(([from, to]) => from !== to);
        for (const [from, to] of between) expect(from).toBeLessThan(to as number);
        const kept = components.flatMap((_nodes, from) =>
          Array.from(graph.targets.slice(graph.offsets[from], graph.offsets[from + 1])).map((to) => `${from} ${to}`),
        );
        expect(kept.sort()).toEqual([...new Set(between.map(([from, to]) => `${from} ${to}`))].sort());
        expect(topologicalLayers(graph).blocked).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  test('keeps the nodes of a graph whose edges all lead forward, and their order', () => {
    fc.assert(
      fc.property(anyAcyclicGraph, (plain) => {
        const { components, graph } = condense(build(plain));
        expect(components).toEqual(nodesOf(plain).map((node) => [node]));
        expect(topologicalLayers(graph)).toEqual(topologicalLayers(build(plain)));
      }),
    );
  });

  test('contracts a cycle of 100,000 nodes to one, and leaves a path of as many alone', () => {
    expect(condense(build(longCycle(100_000))).graph).toMatchObject({ size: 1 });
    const path = condense(build(longPath(100_000)));
    expect(path.graph.size).toBe(100_000);
    expect([path.componentOf[0], path.componentOf[99_999]]).toEqual([0, 99_999]);
  });
});
