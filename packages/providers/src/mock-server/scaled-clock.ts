/** A clock on which time passes faster or more slowly than on another. */
import { type Clock, virtualClock } from '@ratchet/core';

/** A second takes `scale` seconds of the other clock; with 0, a virtual clock on which all waiting is over at once. */
export function scaledClock(clock: Clock, scale: number): Clock {
  if (scale === 0) return virtualClock();
  return { now: () => clock.now() / scale, sleep: (ms, signal) => clock.sleep(ms * scale, signal) };
}
