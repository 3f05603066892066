import { describe, expect, test } from 'vitest';
import type { DecompositionRow } from '../../src/decomposition/decomposition-rows.ts';
import { graphType, scoreSets, scoreTable } from '../../src/decomposition/score-rows.ts';

const steps = (known: readonly string[], edges: readonly (readonly [number, number])[] = []): DecompositionRow => ({
  set: 'a',
  id: '1',
  request: known.join(' '),
  parts: { kind: 'steps', steps: known, edges },
});

describe('graphType', () => {
  test.each([
    [1, [], 'single'],
    [3, [], 'parallel'],
    [
      3,
      [
        [0, 1],
        [1, 2],
      ],
      'chain',
    ],
    [3, [[0, 1]], 'dag'],
    [
      3,
      [
        [0, 1],
        [1, 2],
        [0, 2],
      ],
      'dag',
    ],
    [1, [[0, 0]], 'single'],
    [2, [[1, 1]], 'parallel'],
  ] as const)('of %d nodes and %j is %s', (size, edges, type) => {
    expect(graphType(size, edges)).toBe(type);
  });
});

describe('scoreSets', () => {
  test('gives all points to what is just right', () => {
    const row = steps(['find flights', 'book hotel'], [[0, 1]]);
    const [score] = scoreSets([{ row, found: { chunks: ['find flights', 'book hotel'], edges: [{ from: 0, to: 1 }] } }]);
    expect(score).toEqual({ set: 'a', rows: 1, countExact: 100, nodeF1: 100, edgeF1: 100, type: 100, multi: null });
  });

  test('pools nodes and edges over a set', () => {
    const right = { row: steps(['find flights', 'book hotel'], [[0, 1]]), found: { chunks: ['find flights', 'book hotel'], edges: [{ from: 0, to: 1 }] } };
    const whole = {
      row: steps(
        ['red', 'blue', 'green'],
        [
          [0, 1],
          [1, 2],
        ],
      ),
      found: { chunks: ['red blue green'], edges: [] },
    };
    const [score] = scoreSets([right, whole]);
    expect(score).toMatchObject({ countExact: 50, type: 50 });
    expect(score?.nodeF1).toBeCloseTo((200 * 3) / (3 + 5), 9);
    expect(score?.edgeF1).toBeCloseTo((200 * 1) / (1 + 3), 9);
  });

  test('follows an edge to the steps that its chunks are, not to their places', () => {
    const row = steps(['find flights', 'book hotel'], [[0, 1]]);
    const found = { chunks: ['book hotel', 'find flights'], edges: [{ from: 0, to: 1 }] };
    expect(scoreSets([{ row, found }])[0]?.edgeF1).toBe(0);
  });

  test('knows of some sets only whether there are several parts, or how many', () => {
    const several: DecompositionRow = { set: 'b', id: '1', request: 'x', parts: { kind: 'several', several: true } };
    const spans: DecompositionRow = {
      set: 'c',
      id: '1',
      request: 'x y',
      parts: {
        kind: 'spans',
        spans: [
          [0, 1],
          [2, 3],
        ],
        edges: [],
      },
    };
    const [b, c] = scoreSets([
      { row: several, found: { chunks: ['x'], edges: [] } },
      { row: spans, found: { chunks: ['x ', 'y'], edges: [] } },
    ]);
    expect(b).toEqual({ set: 'b', rows: 1, countExact: null, nodeF1: null, edgeF1: null, type: null, multi: 0 });
    expect(c).toEqual({ set: 'c', rows: 1, countExact: 100, nodeF1: null, edgeF1: null, type: null, multi: null });
    expect(scoreTable([b, c].flatMap((score) => score ?? []))).toContain('| c | 1 | 100.0 | - | - | - | - |');
  });
});
