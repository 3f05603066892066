/** Which strategy and models a request would get, what is expected of them, why, and what else could be taken. */

import { formatInterval, formatShare } from '@ratchet/harness/measures';
import type { SuggestedCandidate, SuggestionAnswer } from '@ratchet/service';
import { useState } from 'preact/hooks';
import { Estimate, type Metric, splitInterval } from '../elements/estimate.tsx';
import { ScrollRegion } from '../elements/scroll-region.tsx';
import { Empty, Failure } from '../elements/states.tsx';
import { StrategyTag } from '../elements/strategy-tag.tsx';
import { lastAnswer, type SuggestionState } from './use-suggestion.ts';

const fewCandidates = 4;

export function DecisionCard({ suggestion }: { readonly suggestion: SuggestionState }) {
  const answer = lastAnswer(suggestion);
  return (
    <section class="card" aria-labelledby="decision-title" aria-busy={suggestion.kind === 'asking'}>
      <h2 id="decision-title">Decision</h2>
      {suggestion.kind === 'failed' ? (
        <Failure what="No decision" error={suggestion.error} />
      ) : answer === null ? (
        <Empty title="No request yet">Strategy, models and predictions appear while you write; nothing is executed for them.</Empty>
      ) : (
        <Suggested answer={answer} />
      )}
    </section>
  );
}

function Suggested({ answer }: { readonly answer: SuggestionAnswer }) {
  const chosen = answer.candidates.find(({ arm }) => arm === answer.arm);
  return (
    <>
      <p class="verdict">
        <StrategyTag strategy={answer.strategy} /> <span class="with">with</span> <strong>{answer.models.join(', ')}</strong>
        <span class="soft"> by generation {answer.generation}</span>
      </p>
      <p class="reason">{answer.reason}</p>
      <Predictions prediction={chosen?.prediction ?? null} />
      <Candidates answer={answer} />
    </>
  );
}

const predicted: readonly { readonly metric: Extract<Metric, 'quality' | 'costUsd' | 'latencyMs'>; readonly label: string; readonly of: string }[] = [
  { metric: 'quality', label: 'Quality, 0 to 1', of: '95% interval of the mean' },
  { metric: 'costUsd', label: 'Cost, US$', of: '95% of answers' },
  { metric: 'latencyMs', label: 'Latency', of: '95% of answers' },
];

function Predictions({ prediction }: { readonly prediction: SuggestedCandidate['prediction'] }) {
  if (prediction === null) return <p class="soft">Generation 0 predicts nothing: nothing has been learned yet.</p>;
  return (
    <section class="tiles" aria-label="Predictions">
      {predicted.map(({ metric, label, of }) => {
        const interval = prediction[metric];
        const [value, range] = interval === null ? ['not known', ''] : splitInterval(formatInterval(metric, interval));
        return (
          <div key={metric} class="tile">
            <div class="label">Predicted {label.toLowerCase().replace('us$', 'US$')}</div>
            <div class={`value${interval === null ? ' unknown' : ''}`}>{value}</div>
            <div class="detail">{interval === null ? 'too little is known' : `${range}, ${of}`}</div>
          </div>
        );
      })}
    </section>
  );
}

function Candidates({ answer }: { readonly answer: SuggestionAnswer }) {
  const [all, setAll] = useState(false);
  const { candidates } = answer;
  if (candidates.length === 0) return null;
  const shown = all ? candidates : candidates.slice(0, fewCandidates);
  const judges = candidates.some(({ meets }) => meets !== null);
  return (
    <>
      <h3>Candidates</h3>
      <ScrollRegion label="Candidates">
        <table class="candidates">
          <thead>
            <tr>
              <th scope="col">Strategy and models</th>
              <th scope="col" class="number">
                Probability
              </th>
              <th scope="col" class="number">
                Quality
              </th>
              <th scope="col" class="number">
                Cost, US$
              </th>
              <th scope="col" class="number">
                Latency
              </th>
              {judges ? <th scope="col">Meets</th> : null}
            </tr>
          </thead>
          <tbody>
            {shown.map((candidate) => (
              <tr key={candidate.arm} class={candidate.arm === answer.arm ? 'focus' : ''}>
                <th scope="row" title={candidate.arm}>
                  <StrategyTag strategy={candidate.strategy} /> <span class="models">{candidate.models.join(', ')}</span>
                  {settingsOf(candidate.arm) === '' ? null : <span class="range">{settingsOf(candidate.arm)}</span>}
                </th>
                <td class="number">
                  <Probability value={candidate.probability} />
                </td>
                {predicted.map(({ metric }) => (
                  <td key={metric} class="number">
                    <Estimate metric={metric} interval={candidate.prediction?.[metric]} />
                  </td>
                ))}
                {judges ? <td>{candidate.meets === null ? '-' : candidate.meets ? <span class="good">yes</span> : <span class="bad">no</span>}</td> : null}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {candidates.length > fewCandidates ? (
        <button type="button" class="link" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `All ${candidates.length}`}
        </button>
      ) : null}
    </>
  );
}

function Probability({ value }: { readonly value: number }) {
  return (
    <span class="probability">
      <span class="bar" aria-hidden="true">
        <span style={{ width: `${Math.round(value * 100)}%` }} />
      </span>
      {formatShare(value)}
    </span>
  );
}

/** What of an arm's id is neither strategy nor models. */
function settingsOf(arm: string): string {
  return (arm.split('?')[1] ?? '').replaceAll('&', ', ').replaceAll('=', ' ');
}
