/** The clock on the wall: for live models. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './clock.ts';

export function systemClock(): Clock {
  return {
    // biome-ignore lint/plugin: this is the adapter
    now: () => performance.now(),
    sleep: async (ms, signal) => {
      try {
        await wait(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        // Node wraps the reason in an AbortError of its own.
        throw signal?.aborted ? signal.reason : error;
      }
    },
  };
}
