/** A mean with its 95% interval, as the API gives it. */
import { studentTQuantile } from '@ratchet/learning';
import { z } from 'zod';

export const intervalSchema = z.object({ mean: z.number(), low: z.number(), high: z.number() }).nullable();
export type Interval = z.infer<typeof intervalSchema>;

/** Sums from which mean and variance follow without keeping the values (Welford 1962). */
export interface Moments {
  readonly count: number;
  readonly mean: number;
  /** Of squared differences to the mean. */
  readonly squares: number;
}

export const noMoments: Moments = { count: 0, mean: 0, squares: 0 };

export function addValue({ count, mean, squares }: Moments, value: number | null): Moments {
  if (value === null) return { count, mean, squares };
  const next = mean + (value - mean) / (count + 1);
  return { count: count + 1, mean: next, squares: squares + (value - mean) * (value - next) };
}

/**
 * By Student's t, as if values were independent; `least` and `most` are the ends of what is possible. null without values; a single value
 * says nothing of the spread, and its interval is all that is possible.
 */
export function intervalOf({ count, mean, squares }: Moments, { least, most }: { readonly least: number; readonly most: number }): Interval {
  if (count === 0) return null;
  if (count === 1) return { mean, low: least, high: Number.isFinite(most) ? most : mean };
  const half = studentTQuantile(0.975, count - 1) * Math.sqrt(squares / (count - 1) / count);
  return { mean, low: Math.max(least, mean - half), high: Math.min(most, mean + half) };
}
