/** Stops asking a model that does not answer, and finds out with one call at a time whether it does again (circuit breaker). */
import { type Clock, ModelError } from '@ratchet/core';

export interface BreakerSettings {
  /** Failures in a row after which nothing is asked any more. */
  readonly failures: number;
  /** How long. */
  readonly openMs: number;
}

export const defaultBreakerSettings: BreakerSettings = { failures: 8, openMs: 15_000 };

export interface CircuitBreaker {
  /** Throws a `ModelError` of kind `unavailable`, which says when to try again, instead of doing the work while it is open. */
  run<Result>(modelId: string, work: () => Promise<Result>): Promise<Result>;
}

type State =
  | { readonly kind: 'closed'; readonly failures: number }
  /** From `until` on one call may try. */
  | { readonly kind: 'open'; readonly until: number }
  | { readonly kind: 'probing' };

/** Only what says that the model does not answer is a failure: a refusal is an answer, and an abort says nothing. */
export function circuitBreaker(clock: Clock, settings: BreakerSettings = defaultBreakerSettings): CircuitBreaker {
  let state: State = { kind: 'closed', failures: 0 };
  const fail = (): void => {
    const failures = state.kind === 'closed' ? state.failures + 1 : settings.failures;
    // What was under way when it opened fails later; that does not keep it open for longer.
    if (state.kind === 'open') return;
    state = failures >= settings.failures ? { kind: 'open', until: clock.now() + settings.openMs } : { kind: 'closed', failures };
  };
  return {
    run: async (modelId, work) => {
      const probing = state.kind !== 'closed';
      if (state.kind === 'probing' || (state.kind === 'open' && clock.now() < state.until)) {
        const retryAfterMs = state.kind === 'open' ? state.until - clock.now() : settings.openMs / 10;
        throw new ModelError('unavailable', modelId, `${modelId} was not asked: it has failed ${settings.failures} times in a row`, { retryAfterMs });
      }
      if (probing) state = { kind: 'probing' };
      try {
        const result = await work();
        if (probing || state.kind === 'closed') state = { kind: 'closed', failures: 0 };
        return result;
      } catch (error) {
        const kind = error instanceof ModelError ? error.kind : undefined;
        if (kind === 'unavailable' || kind === 'timeout' || kind === 'malformed') fail();
        else if (probing) state = kind === 'rate-limited' || kind === 'refused' ? { kind: 'closed', failures: 0 } : { kind: 'open', until: clock.now() };
        throw error;
      }
    },
  };
}
