/** Leaves a service alone for longer and longer while it fails, and finds out with one request whether it is back. */

export interface CircuitBreaker {
  /** 0 when a request may be made. */
  waitMs(now: number): number;
  succeeded(): void;
  failed(now: number, retryAfterMs?: number): void;
  readonly isOpen: boolean;
}

export interface BreakerTimes {
  readonly firstMs: number;
  readonly longestMs: number;
}

export function circuitBreaker({ firstMs, longestMs }: BreakerTimes): CircuitBreaker {
  let failures = 0;
  let closedUntil = 0;
  return {
    waitMs: (now) => Math.max(0, closedUntil - now),
    succeeded: () => {
      failures = 0;
      closedUntil = 0;
    },
    failed: (now, retryAfterMs = 0) => {
      const pauseMs = Math.min(longestMs, firstMs * 2 ** failures);
      failures++;
      closedUntil = now + Math.max(pauseMs, Math.min(retryAfterMs, longestMs));
    },
    get isOpen() {
      return failures > 0;
    },
  };
}
