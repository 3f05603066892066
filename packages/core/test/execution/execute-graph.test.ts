import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { executeGraph, type NodeEnd, type RunEnd } from '../../src/execution/execute-graph.ts';
import { dependencyGraph } from '../../src/graph/dependency-graph.ts';
import { virtualClock } from '../../src/virtual-clock.ts';
import { anyAcyclicGraph, build, reachability } from '../graph/any-graph.ts';

type End = NodeEnd<string, string>;
const answer = (node: number): RunEnd<string, string> => ({ kind: 'answered', answer: `answer ${node}` });
const path = (size: number) =>
  dependencyGraph(
    size,
    Array.from({ length: size - 1 }, (_, from) => ({ from, to: from + 1 })),
  );

describe('executeGraph', () => {
  test('runs each node once, after all that it needs, within the limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyAcyclicGraph,
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 8, maxLength: 8 }),
        async (plain, maxConcurrency, durations) => {
          const clock = virtualClock();
          const begun: number[] = [];
          const done: number[] = [];
          let underWay = 0;
          const ends = await executeGraph<string, string>(build(plain), {
            maxConcurrency,
            run: async (node) => {
              expect(++underWay).toBeLessThanOrEqual(maxConcurrency);
              for (const { from, to } of plain.edges) if (to === node) expect(done).toContain(from);
              begun.push(node);
              await clock.sleep(durations[node] as number);
              done.push(node);
              underWay--;
              return answer(node);
            },
          });
          expect(begun.toSorted((a, b) => a - b)).toEqual(Array.from({ length: plain.size }, (_, node) => node));
          expect(ends).toEqual(Array.from({ length: plain.size }, (_, node) => answer(node)));
        },
      ),
    );
  });

  test('blocks what needs a node that failed, names which, and answers all else', async () => {
    await fc.assert(
      fc.asyncProperty(anyAcyclicGraph, fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }), async (plain, fails) => {
        const told: (readonly [number, End])[] = [];
        const ends = await executeGraph<string, string>(build(plain), {
          maxConcurrency: 2,
          run: async (node) => (fails[node] ? { kind: 'failed', failure: `node ${node}` } : answer(node)),
          onEnd: (node, end) => void told.push([node, end]),
        });
        const reach = reachability(plain);
        for (let node = 0; node < plain.size; node++) {
          const behind = Array.from({ length: plain.size }, (_, other) => other).some((other) => fails[other] && reach[other]?.[node]);
          expect(ends[node]?.kind).toBe(behind ? 'blocked' : fails[node] ? 'failed' : 'answered');
          const missing = [...new Set(plain.edges.flatMap(({ from, to }) => (to === node && ends[from]?.kind !== 'answered' ? [from] : [])))].sort(
            (a, b) => a - b,
          );
          if (behind) expect(ends[node]).toEqual({ kind: 'blocked', by: missing });
        }
        expect(new Map(told)).toEqual(new Map(ends.map((end, node) => [node, end])));
        expect(told).toHaveLength(plain.size);
      }),
    );
  });

  test('begins nothing more once it is aborted', async () => {
    const clock = virtualClock();
    const controller = new AbortController();
    const begun: number[] = [];
    const ends = await executeGraph<string, string>(path(4), {
      maxConcurrency: 1,
      signal: controller.signal,
      run: async (node) => {
        begun.push(node);
        await clock.sleep(10);
        if (node === 1) controller.abort();
        return node === 1 ? { kind: 'failed', failure: 'aborted' } : answer(node);
      },
    });
    expect(begun).toEqual([0, 1]);
    expect(ends.map(({ kind }) => kind)).toEqual(['answered', 'failed', 'cancelled', 'cancelled']);
  });

  test('lets what is thrown pass at once, and begins nothing after it', async () => {
    let begun = 0;
    const work = executeGraph<string, string>(dependencyGraph(9, []), {
      maxConcurrency: 1,
      run: async () => {
        begun++;
        throw new TypeError('bug');
      },
    });
    await expect(work).rejects.toThrow(TypeError);
    await virtualClock().sleep(1);
    expect(begun).toBe(1);
  });

  test('refuses a graph with a cycle before anything is run', async () => {
    const graph = dependencyGraph(3, [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
      { from: 2, to: 1 },
    ]);
    const run = async (): Promise<RunEnd<string, string>> => {
      throw new Error('run');
    };
    expect(() => executeGraph(graph, { maxConcurrency: 1, run })).toThrow(/2 of 3 nodes are on a cycle/);
  });

  test('takes an empty graph for done', async () => {
    expect(await executeGraph<string, string>(dependencyGraph(0, []), { maxConcurrency: 1, run: async (node) => answer(node) })).toEqual([]);
  });

  test('neither overflows nor slows down on a path of 100,000 nodes, answered or blocked', async () => {
    const size = 100_000;
    const graph = path(size);
    expect((await executeGraph<string, string>(graph, { maxConcurrency: 1, run: async (node) => answer(node) })).length).toBe(size);
    const blocked = await executeGraph<string, string>(graph, { maxConcurrency: 1, run: async () => ({ kind: 'failed', failure: 'first' }) });
    expect(blocked.at(-1)).toEqual({ kind: 'blocked', by: [size - 2] });
  });
});
