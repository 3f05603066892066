/** A clock for tests of what speaks to a real server: time passes while the test says that all work waits for it, however long the machine takes. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '@ratchet/core';

interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** In a row, a real millisecond after each other, in which a message would come that is with the kernel. */
const looks = 3;

/** Starts at 0, and jumps to the next wake-up time whenever `mayPass` says so at every look. Time stands still while a message is on its way. */
export function networkClock(mayPass: () => boolean): Clock {
  let now = 0;
  let watching = false;
  const sleepers = new Set<Sleeper>();
  const watch = async (): Promise<void> => {
    if (watching) return;
    watching = true;
    for (let idle = 0; sleepers.size > 0; ) {
      await wait(1);
      idle = mayPass() ? idle + 1 : 0;
      if (idle < looks) continue;
      idle = 0;
      const next = [...sleepers].reduce((first, one) => (one.wakeAt < first.wakeAt ? one : first), { wakeAt: Number.POSITIVE_INFINITY, wake: () => undefined });
      now = Math.max(now, next.wakeAt);
      next.wake();
    }
    watching = false;
  };
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const sleeper: Sleeper = {
          wakeAt: now + Math.max(0, ms),
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        const abort = (): void => {
          sleepers.delete(sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener('abort', abort, { once: true });
        sleepers.add(sleeper);
        void watch();
      }),
  };
}
