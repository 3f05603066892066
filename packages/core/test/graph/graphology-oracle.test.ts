/** The graph algorithms against graphology's, which is slower and recursive in places but another's. */
import fc from 'fast-check';
import { DirectedGraph } from 'graphology';
import { stronglyConnectedComponents } from 'graphology-components';
import { hasCycle, topologicalGenerations } from 'graphology-dag';
import { describe, expect, test } from 'vitest';
import { topologicalLayers } from '../../src/graph/layers.ts';
import { strongComponents } from '../../src/graph/strong-components.ts';
import { anyAcyclicGraph, anyGraph, build, type PlainGraph } from './any-graph.ts';

function graphologyOf({ size, edges }: PlainGraph): DirectedGraph {
  const graph = new DirectedGraph();
  for (let node = 0; node < size; node++) graph.addNode(String(node));
  for (const { from, to } of edges) graph.mergeEdge(String(from), String(to));
  return graph;
}

const byNumber = (a: number, b: number): number => a - b;
const sorted = (groups: readonly (readonly (string | number)[])[]): readonly string[] =>
  groups.map((group) => group.map(Number).sort(byNumber).join(' ')).sort();

describe('graphology agrees', () => {
  test('on the strong components of any graph', () => {
    fc.assert(
      fc.property(anyGraph, (plain) => {
        expect(sorted(strongComponents(build(plain)))).toEqual(sorted(stronglyConnectedComponents(graphologyOf(plain))));
      }),
      { numRuns: 300 },
    );
  });

  test('on the layers of any acyclic graph', () => {
    fc.assert(
      fc.property(anyAcyclicGraph, (plain) => {
        const ours = topologicalLayers(build(plain)).layers.map((layer) => layer.join(' '));
        const theirs = topologicalGenerations(graphologyOf(plain)).map((layer) => layer.map(Number).sort(byNumber).join(' '));
        expect(ours).toEqual(theirs);
      }),
      { numRuns: 300 },
    );
  });

  test('on whether a graph has a cycle, which holds nodes back', () => {
    fc.assert(
      fc.property(anyGraph, (plain) => {
        expect(topologicalLayers(build(plain)).blocked.length > 0).toBe(hasCycle(graphologyOf(plain)));
      }),
      { numRuns: 300 },
    );
  });
});
