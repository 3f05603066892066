import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dependencyGraph } from '../../src/graph/dependency-graph.ts';
import { anyGraph, build, nodesOf } from './any-graph.ts';

describe('dependencyGraph', () => {
  test('keeps the successors of every node, in the order and as often as they are given', () => {
    fc.assert(
      fc.property(anyGraph, (plain) => {
        const graph = build(plain);
        for (const node of nodesOf(plain)) {
          const successors = Array.from(graph.targets.slice(graph.offsets[node], graph.offsets[node + 1]));
          expect(successors).toEqual(plain.edges.filter(({ from }) => from === node).map(({ to }) => to));
        }
        expect(graph.targets).toHaveLength(plain.edges.length);
      }),
    );
  });

  test.each([
    [-1, 0],
    [0, 2],
    [2, 0],
    [0, Number.NaN],
  ])('refuses an edge %d -> %d in a graph of two nodes', (from, to) => {
    expect(() => dependencyGraph(2, [{ from, to }])).toThrow(RangeError);
  });
});
