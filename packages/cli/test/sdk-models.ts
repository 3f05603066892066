/** Language models over the real SDKs, as plain as can be: only what is needed to compare a mock server with the models in process. */
import Anthropic from '@anthropic-ai/sdk';
import { type LanguageModel, type ModelAnswer, type ModelCall, ModelError } from '@ratchet/core';
import { costUsd, type Price } from '@ratchet/providers';
import OpenAI from 'openai';

export interface SdkParts {
  /** Of a mock server, without a path. */
  readonly url: string;
  readonly price: Price;
  readonly stream: boolean;
  readonly headersOf: (modelId: string, call: ModelCall) => Readonly<Record<string, string>>;
}

type Answered = Pick<ModelAnswer, 'text' | 'finishReason' | 'usage'>;

export function openaiModel(id: string, parts: SdkParts): LanguageModel {
  const client = new OpenAI({ apiKey: 'none', baseURL: `${parts.url}/v1`, maxRetries: 0, logLevel: 'off' });
  return sdkModel(id, parts, async (call, headers) => {
    const { messages, temperature, maxOutputTokens, seed } = call;
    const request = { model: id, messages: messages.map((message) => ({ ...message })), temperature, max_completion_tokens: maxOutputTokens, seed };
    const answer = parts.stream
      ? await client.chat.completions.stream({ ...request, stream_options: { include_usage: true } }, { headers }).finalChatCompletion()
      : await client.chat.completions.create(request, { headers });
    const { usage, choices } = answer;
    return {
      text: choices[0]?.message.content ?? '',
      finishReason: choices[0]?.finish_reason === 'length' ? 'length' : 'stop',
      usage: { inputTokens: usage?.prompt_tokens ?? Number.NaN, outputTokens: usage?.completion_tokens ?? Number.NaN },
    };
  });
}

export function anthropicModel(id: string, parts: SdkParts): LanguageModel {
  const client = new Anthropic({ apiKey: 'none', baseURL: parts.url, maxRetries: 0, logLevel: 'off' });
  return sdkModel(id, parts, async (call, headers) => {
    const { messages, temperature, maxOutputTokens } = call;
    const request = {
      model: id,
      max_tokens: maxOutputTokens,
      temperature: Math.min(1, temperature),
      system: messages.flatMap(({ role, content }) => (role === 'system' ? [content] : [])).join('\n\n'),
      messages: messages.flatMap(({ role, content }) => (role === 'system' ? [] : [{ role, content }])),
    };
    const answer = parts.stream ? await client.messages.stream(request, { headers }).finalMessage() : await client.messages.create(request, { headers });
    return {
      text: answer.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
      finishReason: answer.stop_reason === 'max_tokens' ? 'length' : 'stop',
      usage: { inputTokens: answer.usage.input_tokens, outputTokens: answer.usage.output_tokens },
    };
  });
}

function sdkModel(
  id: string,
  { price, headersOf }: SdkParts,
  ask: (call: ModelCall, headers: Readonly<Record<string, string>>) => Promise<Answered>,
): LanguageModel {
  return {
    id,
    complete: async (call) => {
      try {
        const answer = await ask(call, headersOf(id, call));
        return { ...answer, costUsd: costUsd(answer.usage, price), latencyMs: null };
      } catch (error) {
        throw modelErrorOf(id, error);
      }
    },
  };
}

function modelErrorOf(id: string, error: unknown): unknown {
  if (!(error instanceof OpenAI.APIError || error instanceof Anthropic.APIError)) return error;
  const { status, message, headers } = error as { readonly status?: number; readonly message: string; readonly headers?: Headers };
  const kind = status === 429 ? 'rate-limited' : status === 504 ? 'timeout' : status === undefined || status >= 500 ? 'unavailable' : 'refused';
  return new ModelError(kind, id, message, { cause: error, retryAfterMs: Number(headers?.get('retry-after-ms') ?? 0) });
}
