/** Answers in the words of OpenAI's chat completions API. */
import type { Usage } from '@ratchet/core';
import { z } from 'zod';
import type { Answered } from '../serving/answer-service.ts';

export interface ChatHead {
  readonly id: string;
  readonly model: string;
  /** Seconds of the Unix epoch. */
  readonly created: number;
}

const usageSchema = z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() });
const toolCallSchema = z.object({ id: z.string(), type: z.literal('function'), function: z.object({ name: z.string(), arguments: z.string() }) });

export const chatCompletionSchema = z
  .object({
    id: z.string(),
    object: z.literal('chat.completion'),
    created: z.int(),
    model: z.string(),
    choices: z.array(
      z.object({
        index: z.literal(0),
        message: z.object({
          role: z.literal('assistant'),
          content: z.string().nullable(),
          refusal: z.null(),
          tool_calls: z.array(toolCallSchema).optional(),
        }),
        logprobs: z.null(),
        finish_reason: z.enum(['stop', 'length', 'tool_calls']),
      }),
    ),
    usage: usageSchema,
  })
  .describe('A chat completion');

export function chatCompletion({ id, model, created }: ChatHead, answered: Answered): z.infer<typeof chatCompletionSchema> {
  const text = answered.end.kind === 'answered' ? answered.end.text : answered.end.partialText;
  const calls = answered.toolCalls.map((call) => ({ id: call.id, type: 'function' as const, function: { name: call.name, arguments: call.arguments } }));
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: calls.length > 0 && text === '' ? null : text,
          refusal: null,
          ...(calls.length === 0 ? {} : { tool_calls: calls }),
        },
        logprobs: null,
        finish_reason: finishReason(answered),
      },
    ],
    usage: usageOf(answered.usage),
  };
}

/** A piece of a stream, as it is sent after `data: `. */
export function chatChunk({ id, model, created }: ChatHead, delta: object, finish: string | null = null): string {
  return JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] });
}

/** The last pieces of a stream that ended well. */
export function lastChunks(head: ChatHead, answered: Answered, includeUsage: boolean): readonly string[] {
  const { id, model, created } = head;
  const calls = answered.toolCalls.map((call, index) => ({
    index,
    id: call.id,
    type: 'function',
    function: { name: call.name, arguments: call.arguments },
  }));
  return [
    ...(calls.length === 0 ? [] : [chatChunk(head, { tool_calls: calls })]),
    chatChunk(head, {}, finishReason(answered)),
    ...(includeUsage ? [JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices: [], usage: usageOf(answered.usage) })] : []),
    '[DONE]',
  ];
}

function finishReason({ toolCalls, finishReason: reason }: Answered): 'stop' | 'length' | 'tool_calls' {
  return toolCalls.length > 0 ? 'tool_calls' : reason;
}

function usageOf({ inputTokens, outputTokens }: Usage): z.infer<typeof usageSchema> {
  return { prompt_tokens: inputTokens, completion_tokens: outputTokens, total_tokens: inputTokens + outputTokens };
}
