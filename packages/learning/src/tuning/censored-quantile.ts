/** A quantile of values some of which are known only to be at least so great, such as latencies cut off by a timeout. */
import { leastValue, type MaybeCensored } from '../conformal/right-censored.ts';
import { requireFinite, StatisticsError } from '../statistics/statistics-error.ts';

export type CensoredQuantile =
  | { readonly kind: 'value'; readonly value: number }
  /** Too many are censored: it lies beyond the greatest value or bound, which is given. */
  | { readonly kind: 'beyond'; readonly value: number };

/**
 * The least value t with F(t) >= probability, where 1 - F is the product-limit estimate: each censored value counts as
 * spread evenly over those beyond its bound. Kaplan & Meier (1958), "Nonparametric Estimation from Incomplete
 * Observations", JASA 53(282); Efron (1967). Assumes that values are cut off for reasons that say no more about them. Without
 * censored values, this is the quantile of type 1 of Hyndman & Fan (1996).
 *
 * @param probability in (0, 1]
 * @throws StatisticsError `empty` without values, `not-finite`; RangeError for a probability outside its range
 */
export function censoredQuantile(values: readonly MaybeCensored[], probability: number): CensoredQuantile {
  if (values.length === 0) throw new StatisticsError('empty', 'no values, so no quantile; check for an empty sample');
  if (!(probability > 0 && probability <= 1)) throw new RangeError(`censoredQuantile: the probability is ${probability}, not in (0, 1]`);
  const ordered = values
    .map((value) => ({ value: requireFinite(leastValue(value), 'a value'), censored: typeof value !== 'number' }))
    // A value and a bound that are equal: what was cut off there would have lasted longer.
    .sort((a, b) => a.value - b.value || Number(a.censored) - Number(b.censored));
  let surviving = 1;
  for (const [before, { value, censored }] of ordered.entries()) {
    if (censored) continue;
    surviving *= 1 - 1 / (ordered.length - before);
    if (surviving <= 1 - probability + 1e-12) return { kind: 'value', value };
  }
  return { kind: 'beyond', value: ordered.at(-1)?.value as number };
}
