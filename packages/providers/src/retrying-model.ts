/** Tries a model again after transient errors, with exponential backoff, full jitter, and the wait that the provider asks for. */
import { type AnswerDelta, type Clock, type FailedUsage, type LanguageModel, type ModelAnswer, ModelError, type Random } from '@ratchet/core';
import { cancellableSleep } from './cancellable-sleep.ts';

export interface RetrySettings {
  /** Tries after the first; 0 for none. */
  readonly maxRetries: number;
  readonly baseDelayMs: number;
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
          const answer = withCharge(await model.complete(call, options.onDelta === undefined ? options : { ...options, onDelta }), charged);
          return attempt === 0 || answer.latencyMs === null ? answer : { ...answer, latencyMs: clock.now() - begun };
        } catch (error) {
          if (!(error instanceof ModelError)) throw error;
          const before = charged;
          charged = sumOf(before, error.charged);
          if (!error.transient || attempt >= settings.maxRetries) throw before === undefined ? error : chargedError(error, charged);
          const jitter = random.uniform('retry', model.id, call.requestId, call.seed, attempt);
          const waitMs = Math.max(error.retryAfterMs ?? 0, jitter * settings.baseDelayMs * 2 ** attempt);
          await cancellableSleep(clock, waitMs, { modelId: model.id, signal: options.signal }).catch((cancelled: ModelError) => {
            throw charged === undefined ? cancelled : chargedError(cancelled, charged);
          });
          if (streamed) options.onDelta?.({ kind: 'withdrawn' });
        }
      }
    },
  };
}

function withCharge(answer: ModelAnswer, charged: FailedUsage | undefined): ModelAnswer {
  const sum = sumOf({ usage: answer.usage, costUsd: answer.costUsd }, charged);
  return charged === undefined || sum === undefined ? answer : { ...answer, ...sum };
}

function chargedError(error: ModelError, charged: FailedUsage | undefined): ModelError {
  return new ModelError(error.kind, error.modelId, error.message, { cause: error, retryAfterMs: error.retryAfterMs, charged });
}

function sumOf(a: FailedUsage | undefined, b: FailedUsage | undefined): FailedUsage | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    usage: { inputTokens: a.usage.inputTokens + b.usage.inputTokens, outputTokens: a.usage.outputTokens + b.usage.outputTokens },
    costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + b.costUsd,
  };
}
