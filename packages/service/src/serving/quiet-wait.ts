/** Waits for something to happen, and no longer than it may be quiet. */
import type { Clock } from '@ratchet/core';

export interface QuietWait {
  /** Resolves when it was woken, or when it was quiet for so long. Rejects with the signal's reason. */
  readonly over: Promise<void>;
  wake(): void;
}

/** Nothing of it is left with the signal, which may live as long as a person watches. */
export function quietWait(clock: Clock, quietMs: number, signal: AbortSignal): QuietWait {
  const end = new AbortController();
  const wake = (): void => end.abort();
  signal.addEventListener('abort', wake, { once: true });
  if (signal.aborted) wake();
  const over = clock
    .sleep(quietMs, end.signal)
    .catch(() => undefined)
    .then(() => {
      signal.removeEventListener('abort', wake);
      signal.throwIfAborted();
    });
  return { over, wake };
}
