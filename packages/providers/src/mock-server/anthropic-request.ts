/** Reads a request of Anthropic's messages API. */
import { z } from 'zod';
import { parseBody, type WireCall } from './wire-format.ts';

const cacheControl = z.looseObject({ type: z.string() }).nullish();
const content = z.union([z.string(), z.array(z.strictObject({ type: z.literal('text'), text: z.string(), cache_control: cacheControl }))]);

/** Of the parameters that are not read here, those that change no simulated answer are taken; others are refused, never ignored. */
const messagesRequestSchema = z.strictObject({
  model: z.string().min(1),
  max_tokens: z.int().min(1),
  messages: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content })).min(1),
  system: content.optional(),
  temperature: z.number().min(0).max(1).optional(),
  stream: z.boolean().optional(),
  top_p: z.number().min(0).max(1).optional(),
  top_k: z.int().min(0).optional(),
  thinking: z.strictObject({ type: z.literal('disabled') }).optional(),
  metadata: z.strictObject({ user_id: z.string().nullish() }).optional(),
  service_tier: z.string().optional(),
  cache_control: cacheControl,
});

export function readMessagesRequest(body: unknown): WireCall {
  const request = parseBody(messagesRequestSchema, body);
  const messages = request.messages.map((message) => ({ role: message.role, content: textOf(message.content) }));
  return {
    model: request.model,
    messages: request.system === undefined ? messages : [{ role: 'system', content: textOf(request.system) }, ...messages],
    temperature: request.temperature ?? 1,
    maxOutputTokens: request.max_tokens,
    seed: 0,
    stream: request.stream ?? false,
    streamsUsage: true,
  };
}

function textOf(text: z.output<typeof content>): string {
  return typeof text === 'string' ? text : text.map((block) => block.text).join('');
}
