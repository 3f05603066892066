/** Scores decompositions of requests against their known parts; percentages of a set. */
import { alignSteps } from './align-steps.ts';
import type { DecompositionRow } from './decomposition-rows.ts';

export interface Decomposition {
  readonly chunks: readonly string[];
  readonly edges: readonly { readonly from: number; readonly to: number }[];
}

/** Percentages; null where the set does not know. */
export interface SetScore {
  readonly set: string;
  readonly rows: number;
  /** Requests with as many chunks as parts. */
  readonly countExact: number | null;
  /** F1 of chunks and steps that are aligned, pooled over the set. */
  readonly nodeF1: number | null;
  /** F1 of edges between aligned chunks, pooled over the set. */
  readonly edgeF1: number | null;
  /** Requests whose graph is of the right type: single, chain, parallel, DAG. */
  readonly type: number | null;
  /** Requests rightly seen as one part or several. */
  readonly multi: number | null;
}

export type GraphType = 'single' | 'chain' | 'parallel' | 'dag';

/** Edges as [from, to]; a chain is each node before the next and nothing else. */
export function graphType(size: number, edges: readonly (readonly [from: number, to: number])[]): GraphType {
  if (size === 1) return 'single';
  const between = new Set(edges.filter(([from, to]) => from !== to).map(([from, to]) => `${from} ${to}`));
  if (between.size === 0) return 'parallel';
  const isChain = between.size === size - 1 && Array.from({ length: size - 1 }, (_, from) => `${from} ${from + 1}`).every((edge) => between.has(edge));
  return isChain ? 'chain' : 'dag';
}

export function scoreSet(set: string, scored: readonly { readonly row: DecompositionRow; readonly found: Decomposition }[]): SetScore {
  let exact = 0;
  let types = 0;
  let several = 0;
  const nodes = { hits: 0, found: 0, known: 0 };
  const edges = { hits: 0, found: 0, known: 0 };
  for (const { row, found } of scored) {
    const { parts } = row;
    if (parts.kind === 'several') several += Number(found.chunks.length > 1 === parts.several);
    if (parts.kind === 'spans') exact += Number(found.chunks.length === parts.spans.length);
    if (parts.kind !== 'steps') continue;
    exact += Number(found.chunks.length === parts.steps.length);
    const pairs = found.edges.map(({ from, to }) => [from, to] as const);
    types += Number(graphType(found.chunks.length, pairs) === graphType(parts.steps.length, parts.edges));
    const stepOf = alignSteps(found.chunks, parts.steps);
    const known = new Set(parts.edges.map(([from, to]) => `${from} ${to}`));
    nodes.hits += stepOf.size;
    nodes.found += found.chunks.length;
    nodes.known += parts.steps.length;
    edges.hits += pairs.filter(([from, to]) => stepOf.has(from) && stepOf.has(to) && known.has(`${stepOf.get(from)} ${stepOf.get(to)}`)).length;
    edges.found += pairs.length;
    edges.known += known.size;
  }
  const share = (count: number): number => (100 * count) / scored.length;
  const kind = scored[0]?.row.parts.kind;
  return {
    set,
    rows: scored.length,
    countExact: kind === 'several' ? null : share(exact),
    nodeF1: kind === 'steps' ? f1(nodes) : null,
    edgeF1: kind === 'steps' ? f1(edges) : null,
    type: kind === 'steps' ? share(types) : null,
    multi: kind === 'several' ? share(several) : null,
  };
}

/** 100 where there is nothing to find and nothing was found. */
function f1({ hits, found, known }: { readonly hits: number; readonly found: number; readonly known: number }): number {
  return found + known === 0 ? 100 : (200 * hits) / (found + known);
}

/** By set, in the order in which sets first come. */
export function scoreSets(scored: readonly { readonly row: DecompositionRow; readonly found: Decomposition }[]): readonly SetScore[] {
  const sets = [...new Set(scored.map(({ row }) => row.set))];
  return sets.map((set) =>
    scoreSet(
      set,
      scored.filter(({ row }) => row.set === set),
    ),
  );
}

const percent = (value: number | null): string => (value === null ? '-' : value.toFixed(1));

export function scoreTable(scores: readonly SetScore[]): string {
  return [
    '| set | rows | count exact | node F1 | edge F1 | type | one or several |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...scores.map(
      ({ set, rows, countExact, nodeF1, edgeF1, type, multi }) =>
        `| ${set} | ${rows} | ${percent(countExact)} | ${percent(nodeF1)} | ${percent(edgeF1)} | ${percent(type)} | ${percent(multi)} |`,
    ),
  ].join('\n');
}
