/** Follows a job: its log from the start, how far it is, what it has spent. */
import type { Job, JobEvent } from '@ratchet/service';
import { useEffect, useRef, useState } from 'preact/hooks';
import { reconnections, reportLost } from '../service/connection.ts';
import { send } from '../service/request.ts';
import { RequestError } from '../service/request-error.ts';
import { serverEvents } from '../service/server-events.ts';

export interface JobEvents {
  readonly lines: readonly string[];
  readonly progress: { readonly done: number; readonly of: number; readonly spentUsd: number } | null;
  /** The job as it ended. */
  readonly end: Job | null;
  readonly error: unknown;
}

const none: JobEvents = { lines: [], progress: null, end: null, error: null };
/** As many as the service keeps. */
const mostLines = 2000;

export function useJobEvents(id: string, onEnd: () => void): JobEvents {
  const [events, setEvents] = useState<JobEvents>(none);
  const ended = useRef(onEnd);
  ended.current = onEnd;
  const back = reconnections.value;
  useEffect(() => {
    const left = new AbortController();
    let state = none;
    let planned = false;
    const show = (): void => {
      if (planned) return;
      planned = true;
      requestAnimationFrame(() => {
        planned = false;
        if (!left.signal.aborted) setEvents(state);
      });
    };
    const follow = async (): Promise<void> => {
      const response = await send(`/api/jobs/${encodeURIComponent(id)}/events`, { signal: left.signal });
      for await (const data of serverEvents(response)) {
        state = withEvent(state, JSON.parse(data) as JobEvent);
        show();
        if (state.end !== null) {
          ended.current();
          return;
        }
      }
      if (!left.signal.aborted) reportLost();
    };
    follow().catch((error: unknown) => {
      if (left.signal.aborted) return;
      if (error instanceof RequestError && error.status > 0) setEvents({ ...state, error });
      else reportLost();
    });
    return () => left.abort();
  }, [id, back]);
  return events;
}

function withEvent(state: JobEvents, event: JobEvent): JobEvents {
  switch (event.kind) {
    case 'log':
      return { ...state, lines: [...state.lines, event.line].slice(-mostLines) };
    case 'progress':
      return { ...state, progress: event };
    case 'end':
      return { ...state, end: event.job };
    default:
      return event satisfies never;
  }
}
