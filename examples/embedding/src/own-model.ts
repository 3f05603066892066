/** The application's own way to a model, behind Ratchet's port: here a server with OpenAI's API. */
import { type Clock, type LanguageModel, ModelError } from '@ratchet/core';
import { costUsd, priceOf } from '@ratchet/providers';

export interface ModelServer {
  readonly url: string;
  readonly key: string;
  readonly clock: Clock;
}

interface Completion {
  readonly choices: readonly { readonly message: { readonly content: string }; readonly finish_reason: string }[];
  readonly usage: { readonly prompt_tokens: number; readonly completion_tokens: number };
}

export function ownModel(id: string, { url, key, clock }: ModelServer): LanguageModel {
  return {
    id,
    complete: async ({ messages, temperature, maxOutputTokens }, { signal } = {}) => {
      const begun = clock.now();
      const response = await fetch(`${url}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: id, messages, temperature, max_tokens: maxOutputTokens }),
        signal: signal ?? null,
      }).catch((cause: unknown) => {
        throw new ModelError('unavailable', id, `${url} does not answer`, { cause });
      });
      if (!response.ok) throw new ModelError('unavailable', id, `${url}: status ${response.status}`);
      const { choices, usage: counted } = (await response.json()) as Completion;
      const usage = { inputTokens: counted.prompt_tokens, outputTokens: counted.completion_tokens };
      const [first] = choices;
      if (first === undefined) throw new ModelError('empty', id, `${id} gave no answer`);
      return {
        text: first.message.content,
        finishReason: first.finish_reason === 'length' ? 'length' : 'stop',
        usage,
        costUsd: costUsd(usage, priceOf(id)),
        latencyMs: clock.now() - begun,
      };
    },
  };
}
