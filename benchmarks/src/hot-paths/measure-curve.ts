/** Measures a hot path at its three sizes with tinybench: medians with intervals, and how they grow. */
import { cpuUsage } from 'node:process';
import { Bench } from 'tinybench';
import { allocatedBytes } from './allocated-bytes.ts';
import type { HotPath, Work } from './hot-path.ts';
import { type MedianInterval, medianInterval } from './median-interval.ts';
import { scalingExponent } from './scaling-exponent.ts';

export interface Point {
  readonly n: number;
  readonly runs: number;
  /** Microseconds of one run, by the `clock`. */
  readonly us: MedianInterval;
  readonly clock: 'wall' | 'CPU';
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

/** What takes longer is interrupted by whatever else the machine does: its CPU time is taken, with that of compiler and collector. The clock of CPU time is too coarse for what is shorter. */
const longUs = 500;

function cpuMs(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

/** CPU microseconds of the third run. */
async function warmUs({ run }: Work): Promise<number> {
  await run();
  await run();
  const begun = cpuMs();
  await run();
  return 1000 * (cpuMs() - begun);
}

async function measurePoint(n: number, work: Work, { timeMs, fewestRuns }: CurveSettings): Promise<Point> {
  const clock = (await warmUs(work)) > longUs ? 'CPU' : 'wall';
  const bench = new Bench({
    ...(clock === 'CPU' ? { now: cpuMs } : {}),
    time: timeMs,
    iterations: fewestRuns,
    warmupTime: timeMs / 3,
    warmupIterations: Math.min(3, fewestRuns),
    retainSamples: true,
  });
  bench.add('run', async () => void (await work.run()));
  const [task] = await bench.run();
  if (task?.result.state !== 'completed') throw new Error(`the measurement ended as ${task?.result.state}`);
  const samples = task.result.latency.samples as readonly number[];
  const us = medianInterval(samples.map((ms) => 1000 * ms));
  const bytes = await allocatedBytes(work.run, Math.max(2, Math.min(50, Math.round(timeMs / (us.median / 1000) / 4))));
  return { n, runs: samples.length, us, clock, p99Us: 1000 * task.result.latency.p99, bytes };
}
