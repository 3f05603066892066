/** What each metric of a summary is called, what it is measured in, and which way is better. */
import type { MetricName } from './summary.ts';

interface MetricMeaning {
  readonly label: string;
  /** Label with the unit, as the head of a column or the title of a chart. */
  readonly heading: string;
  readonly better: 'higher' | 'lower';
}

export const metricMeanings: Readonly<Record<MetricName, MetricMeaning>> = {
  quality: { label: 'Quality', heading: 'Quality (score, 0 to 1)', better: 'higher' },
  costUsd: { label: 'Cost', heading: 'Cost (US$ a task)', better: 'lower' },
  latencyMs: { label: 'Latency', heading: 'Latency (time a task)', better: 'lower' },
  utility: { label: 'Utility', heading: 'Utility (points of quality)', better: 'higher' },
  regret: { label: 'Regret', heading: 'Regret (points of utility)', better: 'lower' },
};

/** Whether a difference of this sign is an improvement, a loss, or neither. */
export function directionOf(metric: MetricName, delta: number): 'better' | 'worse' | 'equal' {
  if (delta === 0) return 'equal';
  return delta > 0 === (metricMeanings[metric].better === 'higher') ? 'better' : 'worse';
}
