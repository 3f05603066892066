/** The port through which all time passes, so that simulated runs are deterministic and take no real time. */
export interface Clock {
  /** Milliseconds since an origin of the clock's own; only differences mean anything. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason as soon as it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}
