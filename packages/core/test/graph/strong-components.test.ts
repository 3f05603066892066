import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strongComponents } from '../../src/graph/strong-components.ts';
import { anyGraph, build, longCycle, longPath, nodesOf, reachability } from './any-graph.ts';

describe('strongComponents', () => {
  test('groups the nodes that reach each other, and puts a component before those that lead to it', () => {
    fc.assert(
      fc.property(anyGraph, (plain) => {
        const components = strongComponents(build(plain));
        const reach = reachability(plain);
        const together = (a: number, b: number) => a === b || (reach[a]?.[b] === true && reach[b]?.[a] === true);
        const expected = nodesOf(plain).map((node) => nodesOf(plain).filter((other) => together(node, other)));
        const found = new Map(components.flatMap((nodes) => nodes.map((node) => [node, nodes])));
        expect(components.flat().sort((a, b) => a - b)).toEqual(nodesOf(plain));
        for (const node of nodesOf(plain)) expect(found.get(node)).toEqual(expected[node]);
        const position = new Map(components.flatMap((nodes, index) => nodes.map((node) => [node, index])));
        for (const { from, to } of plain.edges) expect(position.get(to)).toBeLessThanOrEqual(position.get(from) as number);
      }),
      { numRuns: 300 },
    );
  });

  test('takes a path of 100,000 nodes, and a cycle of as many, without overflowing the stack', () => {
    const path = strongComponents(build(longPath(100_000)));
    expect(path).toHaveLength(100_000);
    expect(path[0]).toEqual([99_999]);
    const cycle = strongComponents(build(longCycle(100_000)));
    expect(cycle.map((nodes) => nodes.length)).toEqual([100_000]);
  });
});
