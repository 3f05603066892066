/** The clock on the wall: for live models. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './clock.ts';

export function systemClock(): Clock {
  return {
    now: () => performance.now(),
    sleep: async (ms, signal) => {
      await wait(Math.max(0, ms), undefined, signal === undefined ? {} : { signal });
    },
  };
}
