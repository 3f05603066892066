/** The Anthropic API (messages) through `@anthropic-ai/sdk`. */
import type Anthropic from '@anthropic-ai/sdk';
import type { ModelCall } from '@ratchet/core';
import { z } from 'zod';
import type { ReportedUsage } from './reported-usage.ts';
import {
  AnswerBrokeOff,
  clientOptions,
  MalformedAnswer,
  readAs,
  refuseConversation,
  type Wire,
  type WireAnswer,
  type WireOptions,
  type WireSettings,
} from './wire.ts';

const usageSchema = z.looseObject({
  input_tokens: z.unknown().optional(),
  output_tokens: z.unknown().optional(),
  cache_read_input_tokens: z.unknown().optional(),
  cache_creation_input_tokens: z.unknown().optional(),
  output_tokens_details: z.looseObject({ thinking_tokens: z.unknown().optional() }).nullish(),
});
type Usage = z.infer<typeof usageSchema>;

const messageSchema = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  stop_reason: z.string().nullish(),
  usage: z.unknown().optional(),
});

const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('message_start'), message: z.object({ usage: z.unknown().optional() }) }),
  z.object({ type: z.literal('content_block_start'), content_block: z.looseObject({ type: z.string() }) }),
  z.object({ type: z.literal('content_block_delta'), delta: z.looseObject({ type: z.string(), text: z.string().optional() }) }),
  z.object({ type: z.literal('content_block_stop') }),
  z.object({ type: z.literal('message_delta'), delta: z.object({ stop_reason: z.string().nullish() }), usage: z.unknown().optional() }),
  z.object({ type: z.literal('message_stop') }),
]);

/** Loads the SDK. */
export async function anthropicWire(settings: WireSettings): Promise<Wire> {
  const { default: Client } = await import('@anthropic-ai/sdk');
  const client = new Client(clientOptions(settings));
  return {
    send: async (call, options) => {
      refuseConversation(call, settings);
      return options.onText === undefined ? whole(client, call, options, settings) : streamed(client, call, options, settings);
    },
  };
}

async function whole(client: Anthropic, call: ModelCall, { headers }: WireOptions, settings: WireSettings): Promise<WireAnswer> {
  const message = readAs(messageSchema, await client.messages.create({ ...bodyOf(call, settings), stream: false }, { headers }), 'message');
  const text = message.content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('');
  return answerOf(text, message.stop_reason ?? 'end_turn', readUsage(message.usage));
}

async function streamed(client: Anthropic, call: ModelCall, { headers, onText }: WireOptions, settings: WireSettings): Promise<WireAnswer> {
  let [text, stop, events] = ['', '', 0];
  let usage: Usage | undefined;
  for await (const given of await client.messages.create({ ...bodyOf(call, settings), stream: true }, { headers })) {
    const event = readAs(eventSchema, given, 'event of a message');
    events++;
    if (event.type === 'message_start') usage = readUsage(event.message.usage);
    else if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') {
      const piece = event.delta.text ?? '';
      text += piece;
      onText?.(piece);
    } else if (event.type === 'message_delta') {
      stop = event.delta.stop_reason ?? stop;
      usage = laterUsage(usage, readUsage(event.usage));
    }
  }
  if (events === 0) throw new MalformedAnswer('it is empty');
  if (stop === '') throw new AnswerBrokeOff('the stream ended without a stop reason');
  return answerOf(text, stop, usage);
}

function answerOf(text: string, stop: string, usage: Usage | undefined): WireAnswer {
  const finishReason = stop === 'refusal' ? 'refused' : stop === 'max_tokens' || stop === 'model_context_window_exceeded' ? 'length' : 'stop';
  return { text, finishReason, rawFinishReason: stop, usage: usage === undefined ? undefined : usageOf(usage) };
}

function readUsage(given: unknown): Usage | undefined {
  const parsed = usageSchema.safeParse(given);
  return parsed.success ? parsed.data : undefined;
}

/** What the end of a stream states is the whole, but for what it leaves out. */
function laterUsage(first: Usage | undefined, last: Usage | undefined): Usage | undefined {
  if (first === undefined || last === undefined) return last ?? first;
  const stated = Object.fromEntries(Object.entries(last).filter(([, value]) => value !== null && value !== undefined));
  return { ...first, ...stated };
}

/** `input_tokens` is what neither came from the cache nor went to it. */
function usageOf(usage: Usage): ReportedUsage {
  const cached = usage.cache_read_input_tokens ?? 0;
  const written = usage.cache_creation_input_tokens ?? 0;
  const numbers = [usage.input_tokens, cached, written];
  return {
    inputTokens: numbers.every((count) => typeof count === 'number') ? numbers.reduce((sum, count) => sum + count, 0) : undefined,
    outputTokens: usage.output_tokens,
    cachedInputTokens: cached,
    cacheWriteTokens: written,
    reasoningTokens: usage.output_tokens_details?.thinking_tokens,
  };
}

/** Of newer models the API takes no temperature, so the SDK's types lack it; those that take none are marked in the catalogue. */
type Body = Omit<Anthropic.MessageCreateParamsNonStreaming, 'stream'> & { readonly temperature?: number };

/** It takes no seed, and a temperature of at most 1. */
function bodyOf(call: ModelCall, { apiName, ignores }: WireSettings): Body {
  const system = call.messages.flatMap(({ role, content }) => (role === 'system' && content !== '' ? [content] : [])).join('\n\n');
  return {
    model: apiName,
    max_tokens: call.maxOutputTokens,
    messages: call.messages.flatMap(({ role, content }) => (role === 'system' ? [] : [{ role, content }])),
    ...(system === '' ? {} : { system }),
    ...(ignores.includes('temperature') ? {} : { temperature: Math.min(1, call.temperature) }),
    ...(call.stop === undefined || ignores.includes('stop') ? {} : { stop_sequences: [...call.stop] }),
    ...(call.json === undefined || call.json === 'object' ? {} : { output_config: { format: { type: 'json_schema', schema: { ...call.json } } } }),
  };
}
