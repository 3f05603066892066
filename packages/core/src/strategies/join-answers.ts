/** Joins the answers to the parts of a request; a part without one makes the whole failed, with what there is. */
import type { StrategyEnd } from '../strategy.ts';

export function joinAnswers(ends: readonly StrategyEnd[]): StrategyEnd {
  const text = ends
    .map((end) => (end.kind === 'answered' ? end.text : end.partialText))
    .filter((part) => part !== '')
    .join('\n\n');
  const failed = ends.find((end) => end.kind === 'failed');
  return failed === undefined ? { kind: 'answered', text } : { kind: 'failed', error: failed.error, partialText: text };
}
