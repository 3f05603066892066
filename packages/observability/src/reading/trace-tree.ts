/** The steps of one trace as a tree, each after the step that it is within, in the order in which they began. */
import type { SpanRecord } from '../span-record.ts';

export interface TreeLine {
  readonly depth: number;
  readonly span: SpanRecord;
}

/** Steps whose outer step is not there, as it was cut off by a crash or has made way, stand outermost. */
export function traceTree(spans: readonly SpanRecord[]): readonly TreeLine[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const within = Map.groupBy(spans, ({ parentId }) => (parentId !== null && known.has(parentId) ? parentId : null));
  const lines: TreeLine[] = [];
  // A stack of its own: a damaged file may nest as deep as it likes.
  const waiting = byBegin(within.get(null)).map((span): TreeLine => ({ depth: 0, span }));
  waiting.reverse();
  for (let line = waiting.pop(); line !== undefined; line = waiting.pop()) {
    lines.push(line);
    const { depth, span } = line;
    for (const inner of [...byBegin(within.get(span.spanId))].reverse()) waiting.push({ depth: depth + 1, span: inner });
  }
  return lines;
}

function byBegin(spans: readonly SpanRecord[] = []): readonly SpanRecord[] {
  // Ids count up within a process: they order what began in the same microsecond.
  return [...spans].sort((a, b) => a.startedAtMs - b.startedAtMs || (a.spanId < b.spanId ? -1 : 1));
}
