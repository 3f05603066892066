/** The end of a request that was answered, or failed, as a whole. */
import type { Analysis } from '../analysis.ts';
import type { StrategyEnd } from '../strategy.ts';
import type { CallEnd } from './call-model.ts';

export function endOfWhole(analysis: Analysis, end: CallEnd): StrategyEnd {
  if (end.kind === 'answered') return { kind: 'answered', text: end.text };
  return { ...end, unanswered: [{ kind: 'failed', chunks: analysis.chunks.map(({ index }) => index), error: end.error }] };
}
