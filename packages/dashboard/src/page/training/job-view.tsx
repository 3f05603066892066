/** A job as it goes: progress, money, log; and the way to stop it, or to what it gave. */
import { formatCount, formatShare, formatUsd } from '@ratchet/harness/measures';
import type { Job } from '@ratchet/service';
import { useEffect, useRef, useState } from 'preact/hooks';
import { Failure } from '../elements/states.tsx';
import { durationText, timeText } from '../elements/time-text.ts';
import { placeLink } from '../navigation/place.ts';
import { ask } from '../service/request.ts';
import { useJobEvents } from './use-job-events.ts';

export function JobView({ job: listed, onChanged }: { readonly job: Job; readonly onChanged: () => void }) {
  const { lines, progress, end, error } = useJobEvents(listed.id, onChanged);
  const job = end ?? listed;
  const spent = progress?.spentUsd ?? job.spentUsd;
  const far = progress ?? job.progress;
  return (
    <section class="card" aria-labelledby="job-title">
      <h2 id="job-title">
        {job.title} <span class={`job-state ${job.state}`}>{job.state}</span>
      </h2>
      <p class="soft">
        Begun {timeText(job.startedAt)}
        {job.endedAt === null ? '' : `, took ${durationText(Date.parse(job.endedAt) - Date.parse(job.startedAt))}`}
      </p>
      {far === null || far.of === 0 ? null : (
        <div class="progress">
          <progress value={far.done} max={far.of} aria-label="Progress" />
          <span>
            {formatCount(far.done)} of {formatCount(far.of)} ({formatShare(far.done / far.of)})
          </span>
        </div>
      )}
      <p class="facts">
        <span>
          Spent <strong>{formatUsd(spent)}</strong>
          {job.budgetUsd === null ? ', no budget is set' : ` of a budget of ${formatUsd(job.budgetUsd)}`}
        </span>
      </p>
      {job.budgetUsd === null || job.budgetUsd === 0 ? null : (
        <progress class="budget" value={Math.min(spent, job.budgetUsd)} max={job.budgetUsd} aria-label="Budget spent" />
      )}
      {job.error === null ? null : <p class="notice">{job.error}</p>}
      <div class="actions">
        {job.state === 'running' ? <StopButton id={job.id} onChanged={onChanged} /> : null}
        {job.result === null ? null : (
          <>
            <a href={placeLink({ tab: 'experiments', path: [job.result.experiment, job.result.run], query: {} })}>The run's report</a>
            <a href={placeLink({ tab: 'learning', path: [], query: { run: `${job.result.experiment}/${job.result.run}` } })}>Its learning</a>
          </>
        )}
        {job.kind === 'train' && job.state !== 'running' ? (
          <a href={placeLink({ tab: 'learning', path: [], query: {} })}>What the service has learned</a>
        ) : null}
      </div>
      {error === null ? null : <Failure what="No log" error={error} />}
      <Log lines={lines} />
    </section>
  );
}

function StopButton({ id, onChanged }: { readonly id: string; readonly onChanged: () => void }) {
  const [asked, setAsked] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const stop = (): void => {
    setAsked(true);
    ask(`/api/jobs/${encodeURIComponent(id)}/stop`, { body: {} }).then(onChanged, (fault: unknown) => {
      setAsked(false);
      setError(fault);
    });
  };
  return (
    <>
      <button type="button" disabled={asked} onClick={stop}>
        {asked ? 'Stopping ...' : 'Stop'}
      </button>
      {error === null ? null : <Failure what="Not stopped" error={error} />}
    </>
  );
}

/** Follows its end, unless the reader has scrolled up. */
function Log({ lines }: { readonly lines: readonly string[] }) {
  const host = useRef<HTMLPreElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    if (follows.current && host.current !== null) host.current.scrollTop = host.current.scrollHeight;
  }, [lines]);
  return (
    <>
      <h3>Log</h3>
      <pre
        ref={host}
        class="log"
        role="log"
        aria-label="Log of the job"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: who has no pointer scrolls it with the arrow keys
        tabIndex={0}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          follows.current = scrollHeight - scrollTop - clientHeight < 24;
        }}
      >
        {lines.length === 0 ? 'Nothing yet.' : lines.join('\n')}
      </pre>
    </>
  );
}
