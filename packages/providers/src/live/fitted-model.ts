/** Asks a model for no more output than it can give. */
import type { LanguageModel, ModelCall } from '@ratchet/core';
import type { ModelEntry } from '../catalogue/catalogue-schema.ts';
import { inputTokensOf } from './reported-usage.ts';

/** A call whose messages alone are too long is left to the provider to refuse. */
export function fittedModel(model: LanguageModel, { maxOutputTokens, contextTokens }: Pick<ModelEntry, 'maxOutputTokens' | 'contextTokens'>): LanguageModel {
  return {
    id: model.id,
    complete: (call, options) => {
      const most = fit(call);
      return model.complete(most === call.maxOutputTokens ? call : { ...call, maxOutputTokens: most }, options);
    },
  };

  function fit(call: ModelCall): number {
    const most = Math.min(call.maxOutputTokens, maxOutputTokens ?? Number.POSITIVE_INFINITY);
    if (contextTokens === undefined || Buffer.byteLength(call.messages.map(({ content }) => content).join('')) + most < contextTokens) return most;
    // Its tokenizer is not ours.
    const left = contextTokens - Math.ceil(1.1 * inputTokensOf(call.messages)) - 64;
    return left > 0 ? Math.min(most, left) : most;
  }
}
