/** The answer as it comes, what it came to, and the reader's word on it. */
import { Amount } from '../elements/estimate.tsx';
import { Failure } from '../elements/states.tsx';
import { StrategyTag } from '../elements/strategy-tag.tsx';
import { AnswerText } from './answer-text.tsx';
import { FeedbackControl } from './feedback-control.tsx';
import type { AnswerState, DecisionHead, DecisionRecord } from './use-answer.ts';

export function AnswerCard({ state, onJudged }: { readonly state: AnswerState; readonly onJudged: (quality: number) => void }) {
  if (state.kind === 'none') return null;
  return (
    <section class="card" aria-labelledby="answer-title" aria-busy={state.kind === 'running'}>
      <h2 id="answer-title">
        Answer
        {state.kind === 'running' ? <span class="spinner" aria-hidden="true" /> : null}
      </h2>
      {state.kind === 'running' || state.kind === 'whole' ? state.head === null ? null : <Head head={state.head} /> : null}
      {state.kind === 'failed' ? <Failure what="No whole answer" error={state.error} /> : null}
      {state.kind === 'stopped' ? <p class="notice">You stopped it. What it cost until then is recorded.</p> : null}
      {state.text === '' ? state.kind === 'running' ? <p class="soft">Waiting for the first words ...</p> : null : <AnswerText text={state.text} />}
      {state.kind === 'whole' && state.record !== null ? (
        <>
          <Measured record={state.record} />
          <FeedbackControl record={state.record} onJudged={onJudged} />
        </>
      ) : null}
    </section>
  );
}

function Head({ head }: { readonly head: DecisionHead }) {
  const [strategy = '', models = ''] = head.arm.replace(/\?.*/, '').split('/');
  return (
    <p class="verdict small">
      <StrategyTag strategy={strategy} /> <span class="with">with</span> <strong title={head.arm}>{models.replaceAll('+', ', ')}</strong>{' '}
      <span class="soft">
        by {head.policy.replace('-', ' ')}
        {head.explored ? ', explored: drawn to learn from, not the favourite' : ''}
      </span>
    </p>
  );
}

function Measured({ record }: { readonly record: DecisionRecord }) {
  return (
    <section class="tiles" aria-label="What it came to">
      <div class="tile">
        <div class="label">Cost, US$</div>
        <div class="value">
          <Amount metric="costUsd" value={record.costUsd} />
        </div>
        <div class="detail">measured, this answer</div>
      </div>
      <div class="tile">
        <div class="label">Latency</div>
        <div class="value">
          <Amount metric="latencyMs" value={record.latencyMs} />
        </div>
        <div class="detail">measured, this answer</div>
      </div>
      <div class="tile">
        <div class="label">Quality, 0 to 1</div>
        <div class={`value${record.quality === null ? ' unknown' : ''}`}>
          {record.quality === null ? 'not judged' : <Amount metric="quality" value={record.quality} />}
        </div>
        <div class="detail">{record.quality === null ? 'nobody has judged it yet' : 'judged, this answer'}</div>
      </div>
    </section>
  );
}
