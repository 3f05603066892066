/** The clock on the wall: for live models. */
import type { Clock } from './clock.ts';

export function systemClock(): Clock {
  return {
    // biome-ignore lint/plugin: this is the adapter
    now: () => performance.now(),
    // Not that of node:timers/promises, which makes an error of its own at every abort: each call of a live model ends with one.
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const abort = (): void => {
          clearTimeout(timer);
          reject(signal?.reason);
        };
        // biome-ignore lint/plugin: this is the adapter
        const timer = setTimeout(
          () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
          Math.max(0, ms),
        );
        signal?.addEventListener('abort', abort, { once: true });
      }),
  };
}
