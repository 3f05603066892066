/** Tells whether what serves now is worse than what served before, from the outcomes of real requests. */
import type { LogEntry } from '@ratchet/core';

export interface RegressionRule {
  /** Quality that may be lost. */
  readonly margin: number;
  /** Judged answers of each side below which nothing is said. */
  readonly fewest: number;
  /** Standard errors that a loss must exceed. */
  readonly errors: number;
}

export const regressionRule: RegressionRule = { margin: 0.02, fewest: 30, errors: 2.6 };

export interface Regression {
  readonly qualityBefore: number;
  readonly qualityNow: number;
  readonly standardError: number;
}

/**
 * Welch's two-sample comparison of answers that the policies meant (explored ones are left out); null while no loss beyond the margin
 * is certain. The requests of both sides are not the same ones: what changed with the traffic is taken for the policy's.
 */
export function liveRegression(before: readonly LogEntry[], now: readonly LogEntry[], rule: RegressionRule = regressionRule): Regression | null {
  const [old, fresh] = [moments(before), moments(now)];
  if (old.count < rule.fewest || fresh.count < rule.fewest) return null;
  const standardError = Math.sqrt(old.variance / old.count + fresh.variance / fresh.count);
  const lost = old.mean - fresh.mean - rule.margin;
  return lost > rule.errors * standardError ? { qualityBefore: old.mean, qualityNow: fresh.mean, standardError } : null;
}

function moments(entries: readonly LogEntry[]): { readonly count: number; readonly mean: number; readonly variance: number } {
  const values = entries.flatMap(({ quality, decision }) => (quality === null || decision.explored || !decision.learnable ? [] : [quality]));
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, count);
  return { count, mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, count - 1) };
}
