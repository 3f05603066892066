import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GraphEdge, layOutGraph } from '../../../src/page/execute/graph-layout.ts';

describe('the layout of a graph of chunks', () => {
  it('puts each chunk after what it needs, and no two in one place', () => {
    const graph = fc.integer({ min: 1, max: 9 }).chain((count) => {
      const chunk = fc.integer({ min: 0, max: count - 1 });
      return fc.record({ count: fc.constant(count), edges: fc.array(fc.record({ from: chunk, to: chunk }), { maxLength: 16 }) });
    });
    fc.assert(
      fc.property(graph, ({ count, edges }) => {
        const { places, back, layers, rows } = layOutGraph(count, edges);
        expect(places).toHaveLength(count);
        expect(new Set(places.map(({ layer, row }) => `${layer} ${row}`)).size).toBe(count);
        for (const [position, { from, to }] of edges.entries()) if (!back.has(position)) expect(places[to]?.layer).toBeGreaterThan(places[from]?.layer ?? 0);
        expect(Math.max(...places.map(({ layer }) => layer)) + 1).toBe(layers);
        expect(Math.max(...places.map(({ row }) => row)) + 1).toBe(rows);
      }),
    );
  });

  it('leads back only what closes a cycle', () => {
    const cycle: readonly GraphEdge[] = [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
      { from: 2, to: 1 },
    ];
    expect([...layOutGraph(3, cycle).back]).toEqual([2]);
    expect(layOutGraph(3, cycle.slice(0, 2)).back.size).toBe(0);
  });

  it('has chunks that need nothing in the first layer, one below the other', () => {
    expect(layOutGraph(3, []).places).toEqual([0, 1, 2].map((row) => ({ layer: 0, row })));
  });
});
