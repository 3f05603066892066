/** A clock that jumps to the next wake-up time once every task waits, so that simulated hours pass in milliseconds. */
import type { Clock } from './clock.ts';

interface Sleeper {
  readonly wakeAt: number;
  readonly order: number;
  readonly wake: () => void;
}

/**
 * Starts at 0. Time stands still while code runs; when all promises have settled as far as they can, the sleeper with the
 * earliest wake-up time (then the one that went to sleep first) is woken. Work that waits for anything but this clock
 * (files, sockets, timers) must not run on it.
 */
export function virtualClock(): Clock {
  let now = 0;
  let order = 0;
  let jumpPlanned = false;
  const sleepers: Sleeper[] = [];

  const jump = (): void => {
    jumpPlanned = false;
    const next = takeEarliest(sleepers);
    if (next === undefined) return;
    now = Math.max(now, next.wakeAt);
    next.wake();
    planJump();
  };
  const planJump = (): void => {
    if (jumpPlanned || sleepers.length === 0) return;
    jumpPlanned = true;
    // Runs after every promise callback that is due, and after those they cause.
    // biome-ignore lint/plugin: this is the adapter
    setImmediate(jump);
  };

  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) {
          reject(signal.reason);
          return;
        }
        const abort = (): void => {
          const index = sleepers.indexOf(sleeper);
          if (index >= 0) sleepers.splice(index, 1);
          reject(signal?.reason);
        };
        const sleeper: Sleeper = {
          wakeAt: now + Math.max(0, ms),
          order: order++,
          wake: () => {
            signal?.removeEventListener('abort', abort);
            resolve();
          },
        };
        signal?.addEventListener('abort', abort, { once: true });
        sleepers.push(sleeper);
        planJump();
      }),
  };
}

/** Few tasks sleep at once, so a scan beats a heap. */
function takeEarliest(sleepers: Sleeper[]): Sleeper | undefined {
  let earliest = 0;
  for (let index = 1; index < sleepers.length; index++) {
    const candidate = sleepers[index] as Sleeper;
    const best = sleepers[earliest] as Sleeper;
    if (candidate.wakeAt < best.wakeAt || (candidate.wakeAt === best.wakeAt && candidate.order < best.order)) earliest = index;
  }
  return sleepers.splice(earliest, 1)[0];
}
