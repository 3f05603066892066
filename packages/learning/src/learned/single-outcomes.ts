/** From the sums of a cell's outcomes back to single outcomes, because an interval is for one answer and not for the mean of several. */
import { normalQuantile } from '../statistics/normal-distribution.ts';

export interface QualitySums {
  /** Above 0; not whole where a tenant's outcomes count less. */
  readonly count: number;
  readonly sum: number;
  readonly squares: number;
}

export interface ExecutionSums {
  /** Above 0. */
  readonly count: number;
  /** Of the logarithms of values / unit. */
  readonly logs: number;
  readonly sum: number;
  readonly unit: number;
}

/** Sums are of rounded numbers. */
const rounding = 1e-6;

/**
 * Qualities of this mean and variance: the very ones for one or two outcomes, and for any number of zeros and ones; else as if
 * they were spread around their mean as a normal sample is, cut at 0 and 1.
 */
export function singleQualities({ count, sum, squares }: QualitySums): readonly number[] {
  const mean = sum / count;
  const times = timesOf(count);
  // Of numbers in [0, 1], only zeros and ones are as large as their squares.
  if (Math.abs(sum - squares) < rounding * count) {
    const ones = Math.round(times * mean);
    return Array.from({ length: times }, (_, index) => (index < ones ? 1 : 0));
  }
  const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
  return normalScores(times).map((score) => Math.min(1, Math.max(0, mean + deviation * score)));
}

/**
 * Costs or latencies of this mean logarithm, and near this mean: the very one for a single outcome, else as if they were
 * log-normal, whose variance of logarithms is 2 (log of the mean - mean of the logs).
 */
export function singleExecutions({ count, logs, sum, unit }: ExecutionSums): readonly number[] {
  const times = timesOf(count);
  const centre = logs / count;
  const deviation = times === 1 || !(sum > 0) ? 0 : Math.sqrt(Math.max(0, 2 * (Math.log(sum / count / unit) - centre)));
  return normalScores(times).map((score) => unit * Math.exp(centre + deviation * score));
}

function timesOf(count: number): number {
  return Math.max(1, Math.round(count));
}

/** Symmetric, ascending, with a mean of 0 and, from two on, a mean square of 1. */
function normalScores(times: number): readonly number[] {
  if (times === 1) return [0];
  const scores = Array.from({ length: times }, (_, index) => normalQuantile((index + 0.5) / times));
  const length = Math.sqrt(scores.reduce((sum, score) => sum + score * score, 0) / times);
  return scores.map((score) => score / length);
}
