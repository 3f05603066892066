/** Intervals for what depends on the seed and on the task, both drawn at random. */
import type { Random } from '@ratchet/core';
import { quantile, studentTQuantile } from '@ratchet/learning';

/** Sums to `sum / whole`. */
export interface CrossedTerm {
  readonly seed: number;
  readonly task: string;
  readonly sum: number;
  readonly whole: number;
}

export interface CrossedInterval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

const resamples = 2000;
const normal975 = 1.959963984540054;

/**
 * 95% interval of sum / whole by the pigeonhole bootstrap (Owen 2007, "The pigeonhole bootstrap", Annals of Applied Statistics 1): seeds
 * and tasks are redrawn each by themselves, and a term counts as often as both of its. Seeds are few, so it is widened from percentiles by
 * sqrt(n / (n - 1)) and by Student's t for n seeds. A single seed cannot be redrawn: then tasks are alone.
 * @param terms at least one; a resample without anything in it counts as the estimate
 */
export function crossedInterval(terms: readonly CrossedTerm[], random: Random): CrossedInterval {
  const seeds = positions(terms.map(({ seed }) => seed));
  const tasks = positions(terms.map(({ task }) => task));
  const rows = terms.map(({ seed, task, sum, whole }) => ({ seed: seeds.get(seed) as number, task: tasks.get(task) as number, sum, whole }));
  const value = (seedWeights: Float64Array, taskWeights: Float64Array): number | null => {
    let [sum, whole] = [0, 0];
    for (const row of rows) {
      const weight = (seedWeights[row.seed] as number) * (taskWeights[row.task] as number);
      sum += weight * row.sum;
      whole += weight * row.whole;
    }
    return whole === 0 ? null : sum / whole;
  };
  const estimate = value(new Float64Array(seeds.size).fill(1), new Float64Array(tasks.size).fill(1)) ?? 0;
  const draw = random.stream('crossed');
  const redrawn = (size: number): Float64Array => {
    const weights = new Float64Array(size);
    for (let drawn = 0; drawn < size; drawn++) {
      const at = Math.floor(size * draw());
      weights[at] = (weights[at] as number) + 1;
    }
    return weights;
  };
  const values = Float64Array.from({ length: resamples }, () => value(redrawn(seeds.size), redrawn(tasks.size)) ?? estimate).sort();
  const few = seeds.size;
  const widening = few < 2 ? 1 : Math.sqrt(few / (few - 1)) * (studentTQuantile(0.975, few - 1) / normal975);
  const wider = (bound: number): number => estimate + widening * (bound - estimate);
  return { estimate, low: wider(quantile(values, 0.025)), high: wider(quantile(values, 0.975)) };
}

function positions<Key>(keys: readonly Key[]): ReadonlyMap<Key, number> {
  return new Map([...new Set(keys)].map((key, index) => [key, index]));
}
