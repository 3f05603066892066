/** A job in the list: what it is, how it stands, since when. */
import type { Job } from '@ratchet/service';
import { timeText } from '../elements/time-text.ts';

const signs: Readonly<Record<Job['state'], string>> = { running: '▶', done: '✓', failed: '✕', stopped: '■' };

export function JobRow({ job, open, onOpen }: { readonly job: Job; readonly open: boolean; readonly onOpen: () => void }) {
  return (
    <li>
      <button type="button" class="job" aria-current={open ? 'true' : undefined} onClick={onOpen}>
        <span class={`job-state ${job.state}`}>
          <span aria-hidden="true">{signs[job.state]}</span> {job.state}
        </span>
        <span class="job-title">{job.title}</span>
        <time class="soft" dateTime={job.startedAt}>
          {timeText(job.startedAt)}
        </time>
      </button>
    </li>
  );
}
