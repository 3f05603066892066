/** The OpenAI API (chat completions), and every server that speaks it, through the `openai` SDK. */
import type { ModelCall, ToolCall, ToolConversation } from '@ratchet/core';
import type OpenAI from 'openai';
import { z } from 'zod';
import type { PostedAnswer } from './posted-answer.ts';
import { readEvents } from './read-events.ts';
import type { ReportedUsage } from './reported-usage.ts';
import { AnswerBrokeOff, clientOptions, MalformedAnswer, readAs, type Wire, type WireAnswer, type WireOptions, type WireSettings } from './wire.ts';

const usageSchema = z.looseObject({
  prompt_tokens: z.unknown().optional(),
  completion_tokens: z.unknown().optional(),
  total_tokens: z.unknown().optional(),
  prompt_tokens_details: z.looseObject({ cached_tokens: z.unknown().optional(), cache_write_tokens: z.unknown().optional() }).nullish(),
  completion_tokens_details: z.looseObject({ reasoning_tokens: z.unknown().optional() }).nullish(),
});

const toolCallSchema = z.object({ id: z.string(), function: z.object({ name: z.string(), arguments: z.string() }) });
/** A piece of one; its name comes first, its arguments in pieces. */
const toolDeltaSchema = z.object({
  index: z.int().min(0),
  id: z.string().nullish(),
  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish(), tool_calls: z.array(toolCallSchema).nullish() }),
        finish_reason: z.string().nullish(),
      }),
    )
    .min(1),
  usage: z.unknown().optional(),
});

const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish(), refusal: z.string().nullish(), tool_calls: z.array(toolDeltaSchema).nullish() }).nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.unknown().optional(),
});

/**
 * Loads the SDK. It says what every request has in common, and makes errors; what it does anew for each request (a set of headers, a web
 * request and response, a clone of the options) takes ten times as long as to post the body, and is done once instead. Streams are read
 * without it: it takes five times as long for each event.
 */
export async function openaiWire(settings: WireSettings): Promise<Wire> {
  const { default: Client } = await import('openai');
  const client = new Client({ ...clientOptions(settings), adminAPIKey: null });
  const { req, url } = await client.buildRequest({ method: 'post', path: '/chat/completions', body: {} });
  const { origin, pathname, search } = new URL(url);
  // Of the SDK's own headers those that say what it runs on are for its makers: they would be a third of what is sent.
  const common = Object.fromEntries([...(req.headers as Headers)].filter(([name]) => !name.startsWith('x-stainless-')));
  const target = { origin, path: `${pathname}${search}` };
  const post: PostBody = async (body, { headers, watch }) => {
    const posted = { headers: headers === undefined ? common : { ...common, ...headers }, body: JSON.stringify(body) };
    const answer = await settings.transport.post(target, posted, watch);
    if (answer.status >= 200 && answer.status < 300) return answer;
    const text = await answer.text().catch((error: unknown) => (error as Error).message);
    const json = jsonOf(text);
    throw Client.APIError.generate(answer.status, json, json === undefined ? text : undefined, new Headers(headerPairs(answer.headers)));
  };
  const errorOf: ErrorOf = (error, { headers }) => new Client.APIError(undefined, error, undefined, new Headers(headerPairs(headers)));
  return {
    send: (call, options) => (options.onText === undefined ? whole(call, options, { settings, post }) : streamed(call, options, { settings, post, errorOf })),
  };
}

/** Throws the SDK's error for a status that says that something went wrong. */
type PostBody = (body: object, options: Pick<WireOptions, 'headers' | 'watch'>) => Promise<PostedAnswer>;
/** What a stream says went wrong, as the SDK's error. */
type ErrorOf = (error: object, answer: PostedAnswer) => Error;

interface Way {
  readonly settings: WireSettings;
  readonly post: PostBody;
}

async function whole(call: ModelCall, options: WireOptions, { settings, post }: Way): Promise<WireAnswer> {
  const answer = await post({ ...bodyOf(call, settings), stream: false }, options);
  const { choices, usage } = readAs(completionSchema, JSON.parse(await answer.text()), 'chat completion');
  const [choice] = choices;
  const { content, refusal, tool_calls } = choice?.message ?? {};
  const toolCalls = (tool_calls ?? []).map(({ id, function: { name, arguments: given } }) => ({ id, name, arguments: given }));
  return answerOf({ text: content ?? '', refusal: refusal ?? '', finish: choice?.finish_reason ?? 'stop', usage, toolCalls });
}

async function streamed(call: ModelCall, options: WireOptions, { settings, post, errorOf }: Way & { readonly errorOf: ErrorOf }): Promise<WireAnswer> {
  const body = { ...bodyOf(call, settings), stream: true, stream_options: { include_usage: true } };
  const got = { text: '', refusal: '', finish: '', usage: undefined as unknown, toolCalls: [] as { id: string; name: string; arguments: string }[] };
  let chunks = 0;
  const answer = await post(body, options);
  await readEvents(answer.body, ({ event, data }) => {
    if (data === '[DONE]') return false;
    const given = jsonOf(data) as { readonly error?: object } | undefined;
    if (given?.error || event === 'error') throw errorOf(given?.error ?? given ?? { message: data }, answer);
    const chunk = readAs(chunkSchema, given, 'chunk of a chat completion');
    chunks++;
    const [choice] = chunk.choices ?? [];
    const piece = choice?.delta?.content ?? '';
    got.text += piece;
    got.refusal += choice?.delta?.refusal ?? '';
    for (const { index, id, function: part } of choice?.delta?.tool_calls ?? []) {
      got.toolCalls[index] ??= { id: '', name: '', arguments: '' };
      const call = got.toolCalls[index];
      call.id += id ?? '';
      call.name += part?.name ?? '';
      call.arguments += part?.arguments ?? '';
    }
    got.finish = choice?.finish_reason ?? got.finish;
    got.usage = chunk.usage ?? got.usage;
    options.onText?.(piece);
    return true;
  });
  if (chunks === 0) throw new MalformedAnswer('it is empty');
  if (got.finish === '') throw new AnswerBrokeOff('the stream ended without a finish reason');
  return answerOf(got);
}

function jsonOf(text: string): object | undefined {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

function headerPairs(headers: PostedAnswer['headers']): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]]));
}

interface Got {
  readonly text: string;
  readonly refusal: string;
  readonly finish: string;
  readonly usage: unknown;
  readonly toolCalls: readonly ToolCall[];
}

function answerOf(got: Got): WireAnswer {
  const refused = got.finish === 'content_filter' || (got.refusal !== '' && got.text === '');
  const finishReason = refused ? 'refused' : got.finish === 'length' ? 'length' : 'stop';
  return { text: got.text, finishReason, rawFinishReason: got.finish, usage: usageOf(got.usage), toolCalls: got.toolCalls.filter(Boolean) };
}

function usageOf(given: unknown): ReportedUsage | undefined {
  const parsed = usageSchema.safeParse(given);
  if (!parsed.success) return undefined;
  const { prompt_tokens, completion_tokens, total_tokens, prompt_tokens_details, completion_tokens_details } = parsed.data;
  return {
    inputTokens: prompt_tokens,
    outputTokens: completion_tokens,
    totalTokens: total_tokens,
    cachedInputTokens: prompt_tokens_details?.cached_tokens,
    cacheWriteTokens: prompt_tokens_details?.cache_write_tokens,
    reasoningTokens: completion_tokens_details?.reasoning_tokens,
  };
}

type Body = Omit<OpenAI.ChatCompletionCreateParams, 'stream'>;

/** Entry by entry: every call makes one, and spreads of what is mostly empty take longer than all that is in it. */
function bodyOf(call: ModelCall, { apiName, baseUrl, ignores }: WireSettings): Body {
  const body: Body = { model: apiName, messages: call.messages.map(({ role, content }) => ({ role, content })) };
  if (call.conversation !== undefined) addConversation(body, call.conversation);
  // Reasoning models of OpenAI know the newer name only, and many other servers the older.
  if (openaiHost.test(baseUrl)) body.max_completion_tokens = call.maxOutputTokens;
  else body.max_tokens = call.maxOutputTokens;
  if (!ignores.includes('temperature')) body.temperature = call.temperature;
  if (!ignores.includes('seed')) body.seed = call.seed;
  if (call.stop !== undefined && !ignores.includes('stop')) body.stop = [...call.stop];
  if (call.json !== undefined) body.response_format = responseFormat(call.json);
  return body;
}

/** Tools and their turns go as the client gave them. */
function addConversation(body: Body, { messages, tools, toolChoice, parallelToolCalls }: ToolConversation): void {
  body.messages = [...messages] as unknown as OpenAI.ChatCompletionMessageParam[];
  if (tools.length > 0) body.tools = [...tools] as unknown as OpenAI.ChatCompletionTool[];
  if (toolChoice !== undefined) body.tool_choice = toolChoice as OpenAI.ChatCompletionToolChoiceOption;
  if (parallelToolCalls !== undefined) body.parallel_tool_calls = parallelToolCalls;
}

const openaiHost = /^https:\/\/([a-z0-9-]+\.)*openai\.com(\/|$)/;

function responseFormat(json: NonNullable<ModelCall['json']>): OpenAI.ResponseFormatJSONObject | OpenAI.ResponseFormatJSONSchema {
  return json === 'object' ? { type: 'json_object' } : { type: 'json_schema', json_schema: { name: 'answer', schema: { ...json }, strict: true } };
}
