/** Tries a model again after transient errors, with exponential backoff, full jitter, and the wait that the provider asks for. */
import { type Clock, type LanguageModel, ModelError, type Random } from '@ratchet/core';
import { cancellableSleep } from './cancellable-sleep.ts';

export interface RetrySettings {
  /** Tries after the first; 0 for none. */
  readonly maxRetries: number;
  readonly baseDelayMs: number;
}

export const defaultRetrySettings: RetrySettings = { maxRetries: 2, baseDelayMs: 500 };

/** Throws the last error once the tries are used up. */
export function retryingModel(
  model: LanguageModel,
  { clock, random, settings = defaultRetrySettings }: { readonly clock: Clock; readonly random: Random; readonly settings?: RetrySettings },
): LanguageModel {
  return {
    id: model.id,
    complete: async (call, options = {}) => {
      const begun = clock.now();
      for (let attempt = 0; ; attempt++) {
        try {
          const answer = await model.complete(call, options);
          return attempt === 0 || answer.latencyMs === null ? answer : { ...answer, latencyMs: clock.now() - begun };
        } catch (error) {
          if (!(error instanceof ModelError && error.transient) || attempt >= settings.maxRetries) throw error;
          const jitter = random.uniform('retry', model.id, call.requestId, call.seed, attempt);
          const waitMs = Math.max(error.retryAfterMs ?? 0, jitter * settings.baseDelayMs * 2 ** attempt);
          await cancellableSleep(clock, waitMs, { modelId: model.id, signal: options.signal });
        }
      }
    },
  };
}
