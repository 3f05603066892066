/** What is told of a decision in one line: strategy, models, generation, what it came to. */
import type { LiveDecision } from '@ratchet/service';
import type { ComponentChildren } from 'preact';
import { Amount } from './estimate.tsx';
import { StrategyTag } from './strategy-tag.tsx';
import { timeText } from './time-text.ts';

export function DecisionFacts({ decision, children }: { readonly decision: LiveDecision; readonly children?: ComponentChildren }) {
  const { at, arm, strategy, models, generation, explored, status, costUsd, latencyMs } = decision;
  return (
    <div class="facts" title={arm}>
      <StrategyTag strategy={strategy} />
      <span>{models.join(', ')}</span>
      <span>
        generation {generation}
        {explored ? ', explored' : ''}
      </span>
      {status === 'answered' ? null : <span class="bad">{status}</span>}
      <span>
        <Amount metric="costUsd" value={costUsd} />
      </span>
      <span>
        <Amount metric="latencyMs" value={latencyMs} />
      </span>
      {children}
      <time dateTime={at}>{timeText(at)}</time>
    </div>
  );
}
