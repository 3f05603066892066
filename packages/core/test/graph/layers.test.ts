import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { topologicalLayers } from '../../src/graph/layers.ts';
import { anyAcyclicGraph, anyGraph, build, longCycle, longPath, nodesOf, reachability } from './any-graph.ts';

describe('topologicalLayers', () => {
  test('puts every node that no cycle holds up into the first layer in which all it needs is done', () => {
    fc.assert(
      fc.property(anyAcyclicGraph, (plain) => {
        // The longest path to a node, by relaxing edges from lower to higher nodes.
        const depth = nodesOf(plain).map(() => 0);
        for (const node of nodesOf(plain)) {
          for (const { from, to } of plain.edges) if (to === node) depth[to] = Math.max(depth[to] as number, (depth[from] as number) + 1);
        }
        const expected =
          nodesOf(plain).length === 0
            ? []
            : Array.from({ length: Math.max(...depth) + 1 }, (_, layer) => nodesOf(plain).filter((node) => depth[node] === layer));
        expect(topologicalLayers(build(plain))).toEqual({ layers: expected, blocked: [] });
      }),
    );
  });

  test('leads every edge to a later layer, and reports the nodes on a cycle or behind one instead of dropping them', () => {
    fc.assert(
      fc.property(anyGraph, (plain) => {
        const { layers, blocked } = topologicalLayers(build(plain));
        const reach = reachability(plain);
        const onCycle = nodesOf(plain).filter((node) => reach[node]?.[node]);
        const heldUp = nodesOf(plain).filter((node) => onCycle.some((cycle) => cycle === node || reach[cycle]?.[node]));
        expect(blocked).toEqual(heldUp);
        expect([...layers.flat(), ...blocked].sort((a, b) => a - b)).toEqual(nodesOf(plain));
        const layerOf = new Map(layers.flatMap((nodes, layer) => nodes.map((node) => [node, layer])));
        for (const { from, to } of plain.edges) {
          if (layerOf.has(to)) expect(layerOf.get(from)).toBeLessThan(layerOf.get(to) as number);
        }
        for (const nodes of layers) expect(nodes).toEqual([...nodes].sort((a, b) => a - b));
      }),
    );
  });

  test('takes a path of 100,000 nodes, and a cycle of as many', () => {
    const path = topologicalLayers(build(longPath(100_000)));
    expect(path.layers).toHaveLength(100_000);
    expect(path.layers.at(-1)).toEqual([99_999]);
    expect(path.blocked).toEqual([]);
    const cycle = topologicalLayers(build(longCycle(100_000)));
    expect(cycle.layers).toEqual([]);
    expect(cycle.blocked).toHaveLength(100_000);
  });
});
