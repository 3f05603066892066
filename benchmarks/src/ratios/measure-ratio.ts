/** Measures a ratio in one process: both sides in turn, so that whatever else the machine does falls on both. */
import { cpuUsage } from 'node:process';
import { allocatedBytes } from '../hot-paths/allocated-bytes.ts';
import { type MedianInterval, medianInterval } from '../hot-paths/median-interval.ts';
import type { Ratio } from './ratios.ts';

export interface MeasuredRatio {
  readonly name: string;
  readonly most: number;
  /** Of times, over rounds; of bytes, a count: low and high are the median. */
  readonly ratio: MedianInterval;
  /** Whether the whole interval is beyond what it may be. */
  readonly exceeded: boolean;
}

const rounds = 11;

export async function measureRatio({ name, kind, numerator, denominator, most }: Ratio, { roundMs }: { readonly roundMs: number }): Promise<MeasuredRatio> {
  const [above, below] = [numerator(), denominator()];
  const times = { above: await calibrate(above, roundMs), below: await calibrate(below, roundMs) };
  const ratio = kind === 'bytes' ? await bytesRatio(above, below, times) : await timeRatio(above, below, times);
  return { name, most, ratio, exceeded: ratio.low > most };
}

interface Times {
  readonly above: number;
  readonly below: number;
}

async function timeRatio(above: () => unknown, below: () => unknown, times: Times): Promise<MedianInterval> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const [first, second] = [await cpuUsOf(above, times.above), await cpuUsOf(below, times.below)];
    values.push(first / times.above / (second / times.below));
  }
  return medianInterval(values);
}

async function bytesRatio(above: () => unknown, below: () => unknown, times: Times): Promise<MedianInterval> {
  const median = (await allocatedBytes(above, times.above)) / (await allocatedBytes(below, times.below));
  return { median, low: median, high: median };
}

/** Warms it up, and says how often it runs in about so long. */
async function calibrate(run: () => unknown, roundMs: number): Promise<number> {
  let count = 1;
  for (;;) {
    const us = await cpuUsOf(run, count);
    if (us > 500 * roundMs || count >= 4096) return Math.max(1, Math.round((count * 1000 * roundMs) / Math.max(us, 1)));
    count *= 2;
  }
}

/** CPU time of the process in microseconds: what the compiler and the garbage collector take counts too. */
export async function cpuUsOf(run: () => unknown, count: number): Promise<number> {
  const before = cpuUsage();
  for (let index = 0; index < count; index++) await run();
  const { user, system } = cpuUsage(before);
  return user + system;
}
