/** Executes an acyclic graph: each node as soon as what it needs is answered, under a limit; what cannot be answered is named. */
import type { DependencyGraph } from '../graph/dependency-graph.ts';

/** How a node ended. */
export type NodeEnd<Answer, Failure> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** It needs the answers of these nodes, which have none. */
  | { readonly kind: 'blocked'; readonly by: readonly number[] }
  /** The work was aborted before it began. */
  | { readonly kind: 'cancelled' };

/** How a node that was run ended. */
export type RunEnd<Answer, Failure> = Extract<NodeEnd<Answer, Failure>, { readonly kind: 'answered' | 'failed' }>;

export interface GraphWork<Answer, Failure> {
  /** Called once, when all that the node needs is answered. What it throws ends the whole. */
  readonly run: (node: number) => Promise<RunEnd<Answer, Failure>>;
  /** Nodes that may run at once, at least 1; those that wait are taken in the order in which they became ready. */
  readonly maxConcurrency: number;
  /** Once it is aborted, nothing more is begun; what runs is for `run` to end. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each end, blocked and cancelled nodes included, before anything that follows from it. */
  readonly onEnd?: (node: number, end: NodeEnd<Answer, Failure>) => void;
}

/**
 * The end of each node. O(nodes + edges) beside the runs. An edge given several times is one.
 * Throws a RangeError for a graph with a cycle, before anything is run, and whatever `run` throws.
 */
export function executeGraph<Answer, Failure>(graph: DependencyGraph, work: GraphWork<Answer, Failure>): Promise<readonly NodeEnd<Answer, Failure>[]> {
  const { size, offsets, targets } = graph;
  const waiting = prerequisiteCounts(graph);
  requireAcyclic(graph, waiting);
  const ends = new Array<NodeEnd<Answer, Failure>>(size);
  const missing = new Map<number, Set<number>>();
  const ready: number[] = [];
  let next = 0;
  let running = 0;
  let open = size;
  return new Promise((resolve, reject) => {
    let faulty = false;
    const failWith = (fault: unknown): void => {
      faulty = true;
      reject(fault);
    };
    const run = async (node: number): Promise<void> => {
      running++;
      try {
        const end = await work.run(node);
        running--;
        settle(node, end);
        startReady();
      } catch (fault) {
        failWith(fault);
      }
    };
    const startReady = (): void => {
      while (!faulty && next < ready.length && running < work.maxConcurrency) {
        const node = ready[next++] as number;
        if (work.signal?.aborted === true) settle(node, { kind: 'cancelled' });
        else void run(node);
      }
    };
    /** Ends a node, and in turn all those that it leaves without what they need; a long chain must not overflow the stack. */
    const settle = (first: number, firstEnd: NodeEnd<Answer, Failure>): void => {
      const settled: (readonly [node: number, end: NodeEnd<Answer, Failure>])[] = [[first, firstEnd]];
      for (const [node, end] of settled) {
        ends[node] = end;
        open--;
        work.onEnd?.(node, end);
        for (let slot = offsets[node] as number; slot < (offsets[node + 1] as number); slot++) {
          const target = targets[slot] as number;
          if (end.kind !== 'answered') missing.set(target, (missing.get(target) ?? new Set()).add(node));
          waiting[target] = (waiting[target] as number) - 1;
          if (waiting[target] !== 0) continue;
          const by = missing.get(target);
          if (by === undefined) ready.push(target);
          else settled.push([target, work.signal?.aborted === true ? { kind: 'cancelled' } : { kind: 'blocked', by: [...by].sort((a, b) => a - b) }]);
        }
      }
      if (open === 0) resolve(ends);
    };
    if (size === 0) resolve(ends);
    for (const node of withoutPrerequisites(waiting)) ready.push(node);
    try {
      startReady();
    } catch (fault) {
      failWith(fault);
    }
  });
}

function prerequisiteCounts({ size, targets }: DependencyGraph): Int32Array {
  const counts = new Int32Array(size);
  for (const target of targets) counts[target] = (counts[target] as number) + 1;
  return counts;
}

function withoutPrerequisites(counts: Int32Array): readonly number[] {
  return Array.from(counts.keys()).filter((node) => counts[node] === 0);
}

function requireAcyclic({ size, offsets, targets }: DependencyGraph, counts: Int32Array): void {
  const left = counts.slice();
  const queue = [...withoutPrerequisites(counts)];
  for (const node of queue) {
    for (let slot = offsets[node] as number; slot < (offsets[node + 1] as number); slot++) {
      const target = targets[slot] as number;
      left[target] = (left[target] as number) - 1;
      if (left[target] === 0) queue.push(target);
    }
  }
  if (queue.length < size) throw new RangeError(`${size - queue.length} of ${size} nodes are on a cycle, or behind one: condense the graph first`);
}
