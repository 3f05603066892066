/** What pairs of measurements say of a change: slower, faster or alike, and only where they surely do. */
import { studentTQuantile } from '@ratchet/learning';

export const verdicts = ['slower', 'faster', 'alike', 'cannot tell'] as const;
export type Verdict = (typeof verdicts)[number];

export interface RatioInterval {
  /** Candidate / base; geometric mean over pairs. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/**
 * Mean of the logarithms with Student's t over pairs of processes. A process is one draw of how the compiler, memory and the machine's
 * other work fall out: blocks within it are not independent (Kalibera and Jones 2013, "Rigorous Benchmarking in Reasonable Time").
 * @param ratios candidate / base by pair; at least 2, all above 0
 */
export function ratioInterval(ratios: readonly number[]): RatioInterval {
  if (ratios.length < 2) throw new RangeError(`ratioInterval: ${ratios.length} pairs; an interval needs 2 at least`);
  const logs = ratios.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  const half = studentTQuantile(0.975, logs.length - 1) * Math.sqrt(variance / logs.length);
  return { ratio: Math.exp(mean), low: Math.exp(mean - half), high: Math.exp(mean + half) };
}

/** `threshold` is the smallest change that matters, as a part: 0.1 is a tenth more, or less. */
export function verdictOf({ low, high }: Pick<RatioInterval, 'low' | 'high'>, threshold: number): Verdict {
  if (low > 1 + threshold) return 'slower';
  if (high < 1 / (1 + threshold)) return 'faster';
  return low > 1 / (1 + threshold) && high < 1 + threshold ? 'alike' : 'cannot tell';
}
