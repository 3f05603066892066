/** Tries a model again after transient errors, with exponential backoff, full jitter, and the wait that the provider asks for. */
import { type AnswerDelta, type Clock, type FailedUsage, type LanguageModel, ModelError, type Random } from '@ratchet/core';
import { cancellableSleep } from './cancellable-sleep.ts';
import { answerWithCharge, errorWithCharge, sumCharges } from './charges.ts';

export interface RetrySettings {
  /** Tries after the first; 0 for none. */
  readonly maxRetries: number;
  readonly baseDelayMs: number;
  /** Where a provider asks for a longer wait, nothing is tried again; by default it may be any. */
  readonly longestWaitMs?: number;
  /** Whether an answer may begin anew after a part of it was streamed, which is then withdrawn; by default it may. */
  readonly afterContent?: boolean;
}

export const defaultRetrySettings: RetrySettings = { maxRetries: 2, baseDelayMs: 500 };

/**
 * Throws the last error once the tries are used up. What failed tries are charged counts for the answer, or for that error.
 * What a failed try streamed is withdrawn before the next.
 */
export function retryingModel(
  model: LanguageModel,
  { clock, random, settings = defaultRetrySettings }: { readonly clock: Clock; readonly random: Random; readonly settings?: RetrySettings },
): LanguageModel {
  return {
    id: model.id,
    complete: async (call, options = {}) => {
      const begun = clock.now();
      let charged: FailedUsage | undefined;
      for (let attempt = 0; ; attempt++) {
        let streamed = false;
        const onDelta = (delta: AnswerDelta): void => {
          streamed = delta.kind === 'text';
          options.onDelta?.(delta);
        };
        try {
          const answer = answerWithCharge(await model.complete(call, options.onDelta === undefined ? options : { ...options, onDelta }), charged);
          return attempt === 0 || answer.latencyMs === null ? answer : { ...answer, latencyMs: clock.now() - begun };
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
          const before = charged;
          charged = sumCharges(before, error.charged);
          const waitTooLong = (error.retryAfterMs ?? 0) > (settings.longestWaitMs ?? Number.POSITIVE_INFINITY);
          const mayNot = !error.transient || waitTooLong || (streamed && settings.afterContent === false);
          if (mayNot || attempt >= settings.maxRetries) throw before === undefined ? error : errorWithCharge(error, charged);
          const jitter = random.uniform('retry', model.id, call.requestId, call.seed, attempt);
          const waitMs = Math.max(error.retryAfterMs ?? 0, jitter * settings.baseDelayMs * 2 ** attempt);
          await cancellableSleep(clock, waitMs, { modelId: model.id, signal: options.signal }).catch((cancelled: ModelError) => {
            throw charged === undefined ? cancelled : errorWithCharge(cancelled, charged);
          });
          if (streamed) options.onDelta?.({ kind: 'withdrawn' });
        }
      }
    },
  };
}
