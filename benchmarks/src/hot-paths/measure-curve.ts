/** Measures a hot path at its three sizes with tinybench: medians with intervals, and how they grow. */
import { Bench } from 'tinybench';
import { allocatedBytes } from './allocated-bytes.ts';
import type { HotPath, Work } from './hot-path.ts';
import { type MedianInterval, medianInterval } from './median-interval.ts';
import { scalingExponent } from './scaling-exponent.ts';

export interface Point {
  readonly n: number;
  readonly runs: number;
  /** Wall-clock microseconds of one run. */
  readonly us: MedianInterval;
  readonly p99Us: number;
  /** Heap bytes of one run. */
  readonly bytes: number;
}

export interface Curve {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly Point[];
  /** Of the medians, over all three sizes and over the last two; of the bytes, over all. */
  readonly exponent: number;
  readonly lastExponent: number;
  readonly bytesExponent: number;
}

export interface CurveSettings {
  /** Milliseconds a size is measured for, and the fewest runs, whatever they take. */
  readonly timeMs: number;
  readonly fewestRuns: number;
}

export async function measureCurve({ name, unit, sizes, prepare }: HotPath, settings: CurveSettings): Promise<Curve> {
  const points: Point[] = [];
  for (const n of sizes) {
    const work = prepare(n);
    try {
      points.push(await measurePoint(n, work, settings));
    } finally {
      work.close?.();
    }
  }
  const medians = points.map(({ n, us }) => ({ n, value: us.median }));
  return {
    name,
    unit,
    points,
    exponent: scalingExponent(medians),
    lastExponent: scalingExponent(medians.slice(-2)),
    bytesExponent: scalingExponent(points.map(({ n, bytes }) => ({ n, value: Math.max(1, bytes) }))),
  };
}

async function measurePoint(n: number, work: Work, { timeMs, fewestRuns }: CurveSettings): Promise<Point> {
  const bench = new Bench({ time: timeMs, iterations: fewestRuns, warmupTime: timeMs / 3, warmupIterations: Math.min(3, fewestRuns), retainSamples: true });
  bench.add('run', async () => void (await work.run()));
  const [task] = await bench.run();
  if (task?.result.state !== 'completed') throw new Error(`the measurement ended as ${task?.result.state}`);
  const samples = task.result.latency.samples as readonly number[];
  const us = medianInterval(samples.map((ms) => 1000 * ms));
  const bytes = await allocatedBytes(work.run, Math.max(2, Math.min(50, Math.round(timeMs / (us.median / 1000) / 4))));
  return { n, runs: samples.length, us, p99Us: 1000 * task.result.latency.p99, bytes };
}
