/** What stands out among many traces: the slowest, the dearest, those that failed. A fold: spans come one by one, in any order. */
import type { SpanRecord } from '../span-record.ts';

/** The outermost step of a trace. */
export interface TraceHead {
  readonly traceId: string;
  readonly name: string;
  /** Of the trial or the request, where it has one. */
  readonly id: string;
  readonly armId: string | null;
  readonly status: string;
  readonly quality: number | null;
  readonly costUsd: number | null;
  /** By the clock of the world that answered, where that is known; else by that on the wall. */
  readonly latencyMs: number;
  readonly startedAtMs: number;
}

export interface TraceOverview {
  readonly spans: number;
  readonly traces: number;
  readonly slowest: readonly TraceHead[];
  readonly dearest: readonly TraceHead[];
  /** Of these the latest; `failures` counts all. */
  readonly failed: readonly TraceHead[];
  readonly failures: number;
  readonly latest: TraceHead | undefined;
  /** Calls of models that gave no answer, by kind of error. */
  readonly failedCalls: Readonly<Record<string, number>>;
}

export interface OverviewFold {
  add(span: SpanRecord): void;
  result(): TraceOverview;
}

/** Keeps `most` of each. */
export function traceOverview(most: number): OverviewFold {
  let [spans, traces, failures] = [0, 0, 0];
  let latest: TraceHead | undefined;
  const slowest = best(most, ({ latencyMs }) => latencyMs);
  const dearest = best(most, ({ costUsd }) => costUsd);
  const failed = best(most, ({ startedAtMs }) => startedAtMs);
  const failedCalls: Record<string, number> = {};
  return {
    add: (span) => {
      spans++;
      if (span.name === 'model call' && span.error !== undefined) failedCalls[span.error.kind] = (failedCalls[span.error.kind] ?? 0) + 1;
      if (span.parentId !== null) return;
      const head = headOf(span);
      traces++;
      if (latest === undefined || head.startedAtMs >= latest.startedAtMs) latest = head;
      slowest.add(head);
      dearest.add(head);
      if (isGood(head)) return;
      failures++;
      failed.add(head);
    },
    result: () => ({ spans, traces, slowest: slowest.list(), dearest: dearest.list(), failed: failed.list(), failures, latest, failedCalls }),
  };
}

function headOf({ traceId, name, attributes, results, error, startedAtMs, durationMs }: SpanRecord): TraceHead {
  const id = attributes['trialId'] ?? attributes['requestId'];
  return {
    traceId,
    name,
    id: typeof id === 'string' ? id : '',
    armId: typeof results['armId'] === 'string' ? results['armId'] : null,
    status: error === undefined ? String(results['status'] ?? 'done') : error.kind,
    quality: numberOrNull(results['quality']),
    costUsd: numberOrNull(results['costUsd']),
    latencyMs: numberOrNull(results['latencyMs']) ?? durationMs,
    startedAtMs,
  };
}

function isGood({ status }: TraceHead): boolean {
  return status === 'completed' || status === 'answered' || status === 'done';
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

/** The `most` with the highest values, highest first; of equal ones those that came first. */
function best(most: number, value: (head: TraceHead) => number | null) {
  const kept: { readonly head: TraceHead; readonly at: number }[] = [];
  return {
    add: (head: TraceHead): void => {
      const at = value(head);
      if (at === null || (kept.length >= most && at <= (kept.at(-1)?.at ?? Number.POSITIVE_INFINITY))) return;
      const place = kept.findIndex((one) => at > one.at);
      kept.splice(place < 0 ? kept.length : place, 0, { head, at });
      if (kept.length > most) kept.pop();
    },
    list: (): readonly TraceHead[] => kept.map(({ head }) => head),
  };
}
