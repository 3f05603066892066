/** How often intervals held what they promised, on outcomes that were kept out of their calibration. */
import { quantile } from '../statistics/quantile.ts';
import type { ConformalInterval } from './conformal-interval.ts';
import type { MaybeCensored } from './right-censored.ts';

export interface TestedInterval {
  readonly interval: ConformalInterval;
  readonly observed: MaybeCensored;
}

/** Counts of tests, which add up to all of them, and what follows from those that were decided. */
export interface CoverageReport {
  readonly covered: number;
  /** The outcome was less than the interval's low end. */
  readonly below: number;
  readonly above: number;
  /** The outcome was censored, and may lie in the interval or not. */
  readonly undecided: number;
  /** There was no interval. */
  readonly unknown: number;
  /** Covered over covered, below and above; null where there are none. Undecided ones lie above more often than others do. */
  readonly coverage: number | null;
  /** Of intervals with two ends, in the metric's unit; null where there are none. */
  readonly medianWidth: number | null;
}

export function intervalCoverage(tests: readonly TestedInterval[]): CoverageReport {
  const count = { covered: 0, below: 0, above: 0, undecided: 0, unknown: 0 };
  for (const test of tests) count[endingOf(test)] += 1;
  const decided = count.covered + count.below + count.above;
  const widths = tests.flatMap(({ interval }) => (interval.kind === 'interval' ? [interval.high - interval.low] : [])).sort((a, b) => a - b);
  return { ...count, coverage: decided === 0 ? null : count.covered / decided, medianWidth: widths.length === 0 ? null : quantile(widths, 0.5) };
}

function endingOf({ interval, observed }: TestedInterval): 'covered' | 'below' | 'above' | 'undecided' | 'unknown' {
  if (interval.kind === 'unknown') return 'unknown';
  const high = interval.kind === 'interval' ? interval.high : Number.POSITIVE_INFINITY;
  if (typeof observed === 'number') {
    if (observed < interval.low) return 'below';
    return observed > high ? 'above' : 'covered';
  }
  if (observed.atLeast > high) return 'above';
  return interval.kind === 'lower-bound' && observed.atLeast >= interval.low ? 'covered' : 'undecided';
}
