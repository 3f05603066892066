/** Places the chunks of a request in layers, each after what it needs; an edge that closes a cycle leads back. */

export interface GraphEdge {
  readonly from: number;
  readonly to: number;
}

export interface GraphLayout {
  /** Of each chunk: its layer, from 0, and its place in it. */
  readonly places: readonly { readonly layer: number; readonly row: number }[];
  readonly layers: number;
  /** Chunks of the fullest layer. */
  readonly rows: number;
  /** Positions, in `edges`, of those that lead back. */
  readonly back: ReadonlySet<number>;
}

/** Layers by the longest way from a chunk that needs nothing, over the edges that do not lead back (depth first, in the order of the text). */
export function layOutGraph(count: number, edges: readonly GraphEdge[]): GraphLayout {
  const outgoing = Array.from({ length: count }, (): number[] => []);
  for (const [position, { from }] of edges.entries()) outgoing[from]?.push(position);
  const back = backEdges(outgoing, edges);
  const layerOf = new Array<number>(count).fill(0);
  const waiting = new Array<number>(count).fill(0);
  for (const [position, { to }] of edges.entries()) if (!back.has(position)) waiting[to] = (waiting[to] ?? 0) + 1;
  const ready = waiting.flatMap((needs, chunk) => (needs === 0 ? [chunk] : []));
  for (let next = ready.shift(); next !== undefined; next = ready.shift()) {
    for (const position of outgoing[next] ?? []) {
      const { to } = edges[position] as GraphEdge;
      if (back.has(position)) continue;
      layerOf[to] = Math.max(layerOf[to] as number, (layerOf[next] as number) + 1);
      waiting[to] = (waiting[to] as number) - 1;
      if (waiting[to] === 0) ready.push(to);
    }
  }
  const filled: number[] = [];
  const places = layerOf.map((layer) => {
    const row = filled[layer] ?? 0;
    filled[layer] = row + 1;
    return { layer, row };
  });
  return { places, layers: filled.length, rows: Math.max(0, ...filled), back };
}

/** Edges to a chunk whose own way is not at its end: without them there is no cycle. */
function backEdges(outgoing: readonly (readonly number[])[], edges: readonly GraphEdge[]): ReadonlySet<number> {
  const back = new Set<number>();
  const state = new Array<'new' | 'open' | 'done'>(outgoing.length).fill('new');
  for (let root = 0; root < outgoing.length; root++) {
    if (state[root] !== 'new') continue;
    const way: { readonly chunk: number; next: number }[] = [{ chunk: root, next: 0 }];
    state[root] = 'open';
    for (let top = way.at(-1); top !== undefined; top = way.at(-1)) {
      const position = outgoing[top.chunk]?.[top.next++];
      if (position === undefined) {
        state[top.chunk] = 'done';
        way.pop();
        continue;
      }
      const { to } = edges[position] as GraphEdge;
      if (state[to] === 'open') back.add(position);
      else if (state[to] === 'new') {
        state[to] = 'open';
        way.push({ chunk: to, next: 0 });
      }
    }
  }
  return back;
}
