/** Follows the service: every message of its live stream, for as long as the view is open. */
import type { LiveMessage } from '@ratchet/service';
import { useEffect, useRef, useState } from 'preact/hooks';
import { pause } from '../page-clock.ts';
import { reconnections, reportLost } from '../service/connection.ts';
import { send } from '../service/request.ts';
import { RequestError } from '../service/request-error.ts';
import { serverEvents } from '../service/server-events.ts';

/** The error that ended it for good, if one did: a lost connection is taken up again by itself. */
export function useLive(onMessage: (message: LiveMessage) => void): unknown {
  const latest = useRef(onMessage);
  latest.current = onMessage;
  const [error, setError] = useState<unknown>(null);
  const back = reconnections.value;
  useEffect(() => {
    const left = new AbortController();
    const follow = async (): Promise<void> => {
      for (let calm = true; calm; ) {
        const response = await send('/api/live', { signal: left.signal });
        setError(null);
        for await (const data of serverEvents(response)) latest.current(JSON.parse(data) as LiveMessage);
        // Ended in order: the service may have been told to end. The next attempt shows whether it is there.
        await pause(500, left.signal);
        calm = !left.signal.aborted;
      }
    };
    follow().catch((fault: unknown) => {
      if (left.signal.aborted) return;
      if (fault instanceof RequestError && fault.status > 0) setError(fault);
      else reportLost();
    });
    return () => left.abort();
  }, [back]);
  return error;
}
