/** Puts a comparison of two runs into the form of a run's summary, so that the drawing of reports can show it. */
import type { Summary } from '@ratchet/harness/figures';
import type { RunComparison } from '@ratchet/service';
import { emptySummary } from '../elements/empty-summary.ts';

export function summaryOfComparison({ a, b, differences, tasks, gained, lost }: RunComparison): Summary {
  const oneRun = a.experiment === b.experiment && a.run === b.run;
  const nameOf = ({ experiment, run, policy }: RunComparison['a']): string => (oneRun ? policy : `${experiment}/${run} ${policy}`);
  const names = { baseline: `A: ${nameOf(a)}`, candidate: `B: ${nameOf(b)}` };
  return {
    ...emptySummary,
    baseline: names.baseline,
    comparisons: (['quality', 'costUsd', 'latencyMs', 'utility'] as const).flatMap((metric) => {
      const difference = differences[metric];
      if (difference === null) return [];
      const { mean, low, high, p } = difference;
      return [
        {
          ...names,
          metric,
          delta: mean,
          relative: null,
          low,
          high,
          pValue: p,
          pAdjusted: p,
          test: 'paired-bootstrap' as const,
          pairs: tasks.length,
          tasks: tasks.length,
          gained: metric === 'quality' ? gained.length : null,
          lost: metric === 'quality' ? lost.length : null,
        },
      ];
    }),
  };
}
