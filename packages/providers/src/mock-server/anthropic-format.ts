/** The wire format of Anthropic's API: messages, whole or streamed, models, errors. */
import type { TokenUsage } from '@ratchet/core';
import { readMessagesRequest } from './anthropic-request.ts';
import type { WireError } from './wire-error.ts';
import type { AnswerHead, WireAnswer, WireEvent, WireFormat } from './wire-format.ts';

export const anthropicFormat: WireFormat = {
  requestIdHeader: 'request-id',
  readCall: readMessagesRequest,
  whole: (head, answer) => message(head, answer.text === '' ? [] : [{ type: 'text', text: answer.text }], stopReason(answer), answer.usage),
  begin: (head, usage) => [
    typed('message_start', { message: message(head, [], null, usage) }),
    typed('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    typed('ping', {}),
  ],
  piece: (_head, text) => typed('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
  end: (_head, answer) => [
    typed('content_block_stop', { index: 0 }),
    typed('message_delta', {
      delta: { stop_reason: stopReason(answer), stop_sequence: null },
      ...(answer.usage === null ? {} : { usage: { output_tokens: answer.usage.outputTokens } }),
    }),
    typed('message_stop', {}),
  ],
  error: errorBody,
  errorEvent: (error, requestId) => ({ event: 'error', data: errorBody(error, requestId) }),
  model: modelEntry,
  models: (ids, createdAt) => ({
    data: ids.map((id) => modelEntry(id, createdAt)),
    has_more: false,
    first_id: ids[0] ?? null,
    last_id: ids.at(-1) ?? null,
  }),
};

function message(head: AnswerHead, content: readonly object[], reason: string | null, usage: TokenUsage | null): object {
  return {
    id: `msg_mock${head.number}`,
    type: 'message',
    role: 'assistant',
    model: head.model,
    content,
    stop_reason: reason,
    stop_sequence: null,
    ...(usage === null ? {} : { usage: usageOf(usage) }),
  };
}

function usageOf({ inputTokens, outputTokens }: TokenUsage): object {
  return {
    input_tokens: inputTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 0,
    output_tokens: outputTokens,
    service_tier: 'standard',
  };
}

/** Its type stands in the event and in its data. */
function typed(type: string, data: object): WireEvent {
  return { event: type, data: { type, ...data } };
}

function stopReason({ finishReason }: WireAnswer): string {
  return finishReason === 'stop' ? 'end_turn' : 'max_tokens';
}

const errorTypes: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function errorBody({ status, message: text }: WireError, requestId: string): object {
  const type = errorTypes[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  return { type: 'error', error: { type, message: text }, request_id: requestId };
}

function modelEntry(id: string, createdAt: Date): object {
  return { type: 'model', id, display_name: id, created_at: createdAt.toISOString() };
}
