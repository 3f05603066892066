/** The paired differences of two policies, as the report draws them. */
import type { Summary } from '@ratchet/harness/figures';
import type { RunComparison } from '@ratchet/service';
import { useMemo } from 'preact/hooks';
import { type Drawings, FigureView } from '../elements/figure-view.tsx';
import { summaryOfComparison } from './summary-of-comparison.ts';

export function Differences({ comparison }: { readonly comparison: RunComparison }) {
  const draw = useMemo(() => {
    const summary: Summary = summaryOfComparison(comparison);
    return async (drawings: Drawings) => {
      const figure = await drawings.comparisonIntervals(summary);
      return {
        ...figure,
        title: 'Differences, B less A',
        caption: `On held-out tasks, with 95% intervals, over pairs of the same task and seed; p values are two-sided, ${
          comparison.from === 'report' ? 'by the report of the run' : 'from the tables of tasks'
        }, and not adjusted for there being four.`,
        panels: figure.panels.filter(({ kind }) => kind === 'drawn'),
      };
    };
  }, [comparison]);
  return <FigureView draw={draw} height={300} />;
}
