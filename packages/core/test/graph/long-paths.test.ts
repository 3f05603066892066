import { describe, expect, test } from 'vitest';
import { topologicalLayers } from '../../src/graph/layers.ts';
import { strongComponents } from '../../src/graph/strong-components.ts';
import { build, longCycle, longPath } from './any-graph.ts';

describe('a path of a million nodes', () => {
  test('overflows nothing: a layer and a component for each node', () => {
    const path = build(longPath(1_000_000));
    expect(topologicalLayers(path).layers).toHaveLength(1_000_000);
    expect(strongComponents(path)).toHaveLength(1_000_000);
  });

  test('closed to a cycle, is one component', () => {
    expect(strongComponents(build(longCycle(1_000_000))).map((nodes) => nodes.length)).toEqual([1_000_000]);
  });
});
