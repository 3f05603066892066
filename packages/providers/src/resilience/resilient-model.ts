/** A model that keeps within limits, waits out faults that pass, and stops asking where nothing answers: a layer over any `LanguageModel`. */
import { type Clock, type LanguageModel, ModelError, type Random } from '@ratchet/core';
import { roughInputTokens } from '../live/reported-usage.ts';
import { type RetrySettings, retryingModel } from '../retrying-model.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { Pass, Traffic } from './traffic.ts';

export interface ResilienceParts {
  readonly clock: Clock;
  /** For the jitter of retries. */
  readonly random: Random;
  /** Shared by all that one limit of the provider holds for. */
  readonly traffic: Traffic;
  /** Shared by all calls of the model. */
  readonly breaker: CircuitBreaker;
  readonly retries: RetrySettings;
}

/** The tries of a call wait for their turn one by one; their time there is part of no try's deadline, and of no answer's latency but a later try's. */
export function resilientModel(model: LanguageModel, { traffic, breaker, clock, random, retries }: ResilienceParts): LanguageModel {
  const limited: LanguageModel = {
    id: model.id,
    complete: async (call, options = {}) => {
      let pass: Pass;
      try {
        pass = await traffic.enter(roughInputTokens(call.messages) + call.maxOutputTokens, options.signal);
      } catch (cause) {
        throw new ModelError('cancelled', model.id, `the call of ${model.id} was aborted`, { cause });
      }
      try {
        const answer = await breaker.run(model.id, () => model.complete(call, options));
        pass.succeeded(answer.usage.inputTokens + answer.usage.outputTokens);
        return answer;
      } catch (error) {
        if (error instanceof ModelError && error.kind === 'rate-limited') pass.throttled(error.retryAfterMs);
        else pass.ended();
        throw error;
      }
    },
  };
  return retryingModel(limited, { clock, random, settings: retries });
}
