/** One trial in full: what was asked, what was answered, what it came to, and step by step how. */
import type { TrialDetail } from '@ratchet/service';
import { Amount } from '../elements/estimate.tsx';
import { Resourceful } from '../elements/states.tsx';
import { StrategyTag } from '../elements/strategy-tag.tsx';
import { AnswerText } from '../execute/answer-text.tsx';
import { useResource } from '../service/use-resource.ts';
import { TraceTree } from './trace-tree.tsx';

interface TrialViewProps {
  readonly experiment: string;
  readonly run: string;
  /** Its id. */
  readonly trial: string;
  /** Where the same request stands beside it already. */
  readonly withoutRequest?: boolean;
}

export function TrialView({ experiment, run, trial, withoutRequest = false }: TrialViewProps) {
  const loaded = useResource<TrialDetail>(`/api/runs/${[experiment, run].map(encodeURIComponent).join('/')}/trials/${encodeURIComponent(trial)}`);
  return (
    <Resourceful loaded={loaded} what="trial">
      {(detail) => <Detail detail={detail} withoutRequest={withoutRequest} />}
    </Resourceful>
  );
}

function Detail({ detail: { trial, request, answer, answerFrom, trace }, withoutRequest }: { readonly detail: TrialDetail; readonly withoutRequest: boolean }) {
  return (
    <>
      <p class="verdict small">
        <StrategyTag strategy={trial.strategy} /> <span class="soft">{trial.arm.slice(trial.strategy.length + 1)}</span>
      </p>
      <p class="soft ids">{trial.id}</p>
      <div class="tiles">
        <div class="tile">
          <div class="label">Quality, 0 to 1</div>
          <div class="value">{trial.status === 'completed' ? <Amount metric="quality" value={trial.quality} /> : <span class="bad">{trial.status}</span>}</div>
        </div>
        <div class="tile">
          <div class="label">Cost, US$</div>
          <div class="value">
            <Amount metric="costUsd" value={trial.costUsd} />
          </div>
        </div>
        <div class="tile">
          <div class="label">Latency</div>
          <div class="value">
            <Amount metric="latencyMs" value={trial.latencyMs} />
          </div>
        </div>
      </div>
      <p class="soft">
        {trial.calls} {trial.calls === 1 ? 'call' : 'calls'}, {trial.inputTokens} tokens in, {trial.outputTokens} out; chosen with probability{' '}
        {Number(trial.propensity.toPrecision(3))}.
      </p>
      {trial.error === undefined ? null : <p class="notice">{trial.error}</p>}
      {withoutRequest ? null : (
        <>
          <h3>Request</h3>
          {request === null ? <p class="soft">The scenario is not there as it was: its text is not known.</p> : <AnswerText text={request} />}
        </>
      )}
      <h3>Answer {answerFrom === 'repeated' ? <span class="soft">simulated again under its own luck, which gives the same answer</span> : null}</h3>
      {answer === null ? <p class="soft">It was not kept: traces without content, or of another machine.</p> : <AnswerText text={answer} />}
      <h3>Trace</h3>
      {trace === null ? <p class="soft">There is no trace of it here.</p> : <TraceTree span={trace} />}
    </>
  );
}
