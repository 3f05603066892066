/** The last seconds of a service in columns, a second each: what came in and what it came to. Kept in place: hundreds of decisions a second go in. */
import type { LiveMessage } from '@ratchet/service';

export interface LiveColumns {
  /** Seconds of the Unix epoch; the last one is the last that is over. */
  readonly seconds: number[];
  readonly decisionsPerSecond: number[];
  /** Means of the second, over what is known; null where nothing is. */
  readonly costUsd: (number | null)[];
  readonly latencyMs: (number | null)[];
  readonly quality: (number | null)[];
}

export interface LiveTotals {
  readonly decisions: number;
  readonly failed: number;
  readonly explored: number;
  readonly judged: number;
  /** What the service left out because the page was too slow. */
  readonly dropped: number;
  /** Decisions by strategy. */
  readonly strategies: Readonly<Record<string, number>>;
}

export interface LiveSeries {
  /** `atMs`: when the message came, in milliseconds of the Unix epoch. */
  add(message: LiveMessage, atMs: number): void;
  columns(nowMs: number): LiveColumns;
  /** Over the same seconds, and the one that is not over. */
  totals(nowMs: number): LiveTotals;
}

interface Bin {
  second: number;
  decisions: number;
  failed: number;
  explored: number;
  dropped: number;
  cost: Sum;
  latency: Sum;
  quality: Sum;
  strategies: Record<string, number>;
}

interface Sum {
  sum: number;
  count: number;
}

export function liveSeries(length: number): LiveSeries {
  const bins = Array.from({ length: length + 1 }, () => emptyBin(-1));
  const binAt = (second: number): Bin => {
    const position = second % bins.length;
    const found = bins[position] as Bin;
    if (found.second === second) return found;
    const fresh = emptyBin(second);
    bins[position] = fresh;
    return fresh;
  };
  const known = (second: number): Bin | undefined => {
    const found = bins[second % bins.length];
    return found?.second === second ? found : undefined;
  };
  return {
    add: ({ decisions, feedback, dropped }, atMs) => {
      const bin = binAt(Math.floor(atMs / 1000));
      bin.dropped += dropped;
      for (const { status, explored, costUsd, latencyMs, strategy } of decisions) {
        bin.decisions++;
        if (status !== 'answered') bin.failed++;
        if (explored) bin.explored++;
        put(bin.cost, costUsd);
        put(bin.latency, latencyMs);
        bin.strategies[strategy] = (bin.strategies[strategy] ?? 0) + 1;
      }
      for (const { quality } of feedback) put(bin.quality, quality);
    },
    columns: (nowMs) => {
      const now = Math.floor(nowMs / 1000);
      const seconds = Array.from({ length }, (_, index) => now - length + index);
      const own = seconds.map(known);
      return {
        seconds,
        decisionsPerSecond: own.map((bin) => bin?.decisions ?? 0),
        costUsd: own.map((bin) => meanOf(bin?.cost)),
        latencyMs: own.map((bin) => meanOf(bin?.latency)),
        quality: own.map((bin) => meanOf(bin?.quality)),
      };
    },
    totals: (nowMs) => {
      const now = Math.floor(nowMs / 1000);
      const own = bins.filter(({ second }) => second >= now - length && second <= now);
      const strategies: Record<string, number> = {};
      for (const bin of own) for (const [name, count] of Object.entries(bin.strategies)) strategies[name] = (strategies[name] ?? 0) + count;
      const sum = (part: (bin: Bin) => number): number => own.reduce((total, bin) => total + part(bin), 0);
      return {
        decisions: sum(({ decisions }) => decisions),
        failed: sum(({ failed }) => failed),
        explored: sum(({ explored }) => explored),
        judged: sum(({ quality }) => quality.count),
        dropped: sum(({ dropped }) => dropped),
        strategies,
      };
    },
  };
}

function emptyBin(second: number): Bin {
  const sum = (): Sum => ({ sum: 0, count: 0 });
  return { second, decisions: 0, failed: 0, explored: 0, dropped: 0, cost: sum(), latency: sum(), quality: sum(), strategies: {} };
}

function put(total: Sum, value: number | null): void {
  if (value === null) return;
  total.sum += value;
  total.count++;
}

function meanOf(total: Sum | undefined): number | null {
  return total === undefined || total.count === 0 ? null : total.sum / total.count;
}
