/** The wire format of OpenAI's API: chat completions, whole or streamed, models, errors. */
import type { TokenUsage } from '@ratchet/core';
import { readChatRequest } from './openai-request.ts';
import type { WireError } from './wire-error.ts';
import type { AnswerHead, WireAnswer, WireEvent, WireFormat } from './wire-format.ts';

export const openaiFormat: WireFormat = {
  requestIdHeader: 'x-request-id',
  readCall: readChatRequest,
  whole: (head, answer) => ({
    ...frame(head, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: answer.text, refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: answer.finishReason,
      },
    ],
    ...(answer.usage === null ? {} : { usage: usageOf(answer.usage) }),
  }),
  begin: (head) => [chunk(head, { role: 'assistant', content: '', refusal: null }, null)],
  piece: (head, text) => chunk(head, { content: text }, null),
  end: (head, answer) => [
    chunk(head, {}, answer.finishReason),
    ...(head.streamsUsage && answer.usage !== null ? [{ data: { ...frame(head, 'chat.completion.chunk'), choices: [], usage: usageOf(answer.usage) } }] : []),
    { data: '[DONE]' },
  ],
  error: errorBody,
  errorEvent: (error) => ({ data: errorBody(error) }),
  model: modelEntry,
  models: (ids, createdAt) => ({ object: 'list', data: ids.map((id) => modelEntry(id, createdAt)) }),
};

function frame(head: AnswerHead, object: string): object {
  return {
    id: `chatcmpl-mock${head.number}`,
    object,
    created: secondsOf(head.createdAt),
    model: head.model,
    service_tier: 'default',
    system_fingerprint: 'fp_mock',
  };
}

/** Where the usage comes at the end, the chunks before say that they have none. */
function chunk(head: AnswerHead, delta: object, finishReason: WireAnswer['finishReason'] | null): WireEvent {
  return {
    data: {
      ...frame(head, 'chat.completion.chunk'),
      choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }],
      ...(head.streamsUsage ? { usage: null } : {}),
    },
  };
}

function usageOf({ inputTokens, outputTokens }: TokenUsage): object {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
  };
}

function errorBody({ status, message }: WireError): object {
  const [type, code] = status === 429 ? ['requests', 'rate_limit_exceeded'] : status >= 500 ? ['server_error', null] : ['invalid_request_error', null];
  return { error: { message, type, param: null, code: status === 404 ? 'model_not_found' : code } };
}

function modelEntry(id: string, createdAt: Date): object {
  return { id, object: 'model', created: secondsOf(createdAt), owned_by: 'ratchet' };
}

function secondsOf(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}
