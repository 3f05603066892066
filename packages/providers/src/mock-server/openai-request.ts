/** Reads a request of OpenAI's chat completions API. */
import { z } from 'zod';
import { parseBody, type WireCall } from './wire-format.ts';

const content = z.union([z.string(), z.array(z.strictObject({ type: z.literal('text'), text: z.string() }))]);

/** Of the parameters that are not read here, those that change no simulated answer are taken; others are refused, never ignored. */
const chatRequestSchema = z.strictObject({
  model: z.string().min(1),
  messages: z.array(z.strictObject({ role: z.enum(['system', 'developer', 'user', 'assistant']), content, name: z.string().optional() })).min(1),
  temperature: z.number().min(0).max(2).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  seed: z.int().nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() }).nullish(),
  n: z.literal(1).nullish(),
  response_format: z.strictObject({ type: z.literal('text') }).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  frequency_penalty: z.number().nullish(),
  presence_penalty: z.number().nullish(),
  reasoning_effort: z.string().nullish(),
  verbosity: z.string().nullish(),
  service_tier: z.string().nullish(),
  store: z.boolean().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
});

/** Where a request names no limit. */
const usualMaxOutputTokens = 16_384;

export function readChatRequest(body: unknown): WireCall {
  const request = parseBody(chatRequestSchema, body);
  return {
    model: request.model,
    messages: request.messages.map((message) => ({ role: message.role === 'developer' ? 'system' : message.role, content: textOf(message.content) })),
    temperature: request.temperature ?? 1,
    maxOutputTokens: request.max_completion_tokens ?? request.max_tokens ?? usualMaxOutputTokens,
    seed: request.seed ?? 0,
    stream: request.stream ?? false,
    streamsUsage: request.stream_options?.include_usage ?? false,
  };
}

function textOf(text: z.output<typeof content>): string {
  return typeof text === 'string' ? text : text.map((part) => part.text).join('');
}
