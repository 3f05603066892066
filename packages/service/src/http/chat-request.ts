/** Reads a request of OpenAI's chat completions API into what the service is asked. */
import type { Message } from '@ratchet/core';
import { z } from 'zod';
import { ServiceError } from '../service-error.ts';
import type { Ask } from '../serving/ask.ts';

const textPart = z.strictObject({ type: z.literal('text'), text: z.string() });
const content = z.union([z.string(), z.array(textPart).min(1)]);
const name = z.string().max(256).optional();
const toolCall = z.strictObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.strictObject({ name: z.string(), arguments: z.string() }),
});

const messageSchema = z.discriminatedUnion('role', [
  z.strictObject({ role: z.literal('system'), content, name }),
  z.strictObject({ role: z.literal('developer'), content, name }),
  z.strictObject({ role: z.literal('user'), content, name }),
  z.strictObject({ role: z.literal('assistant'), content: content.nullish(), name, refusal: z.string().nullish(), tool_calls: z.array(toolCall).optional() }),
  z.strictObject({ role: z.literal('tool'), content, tool_call_id: z.string() }),
]);

const toolSchema = z.strictObject({
  type: z.literal('function'),
  function: z.strictObject({
    name: z.string().min(1).max(256),
    description: z.string().optional(),
    parameters: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
  }),
});

const jsonSchemaFormat = z.strictObject({
  type: z.literal('json_schema'),
  json_schema: z.strictObject({
    name: z.string().optional(),
    description: z.string().optional(),
    schema: z.record(z.string(), z.unknown()).optional(),
    strict: z.boolean().nullish(),
  }),
});

/** Unknown parameters are refused: what they were to change would not be changed. */
export const chatRequestSchema = z
  .strictObject({
    model: z.string().min(1).max(256).describe('`ratchet/auto`, or a model of GET /v1/models'),
    messages: z.array(messageSchema).min(1).max(2000),
    stream: z.boolean().nullish(),
    stream_options: z.strictObject({ include_usage: z.boolean().optional(), include_obfuscation: z.boolean().optional() }).nullish(),
    temperature: z.number().min(0).max(2).nullish(),
    max_tokens: z.int().min(1).max(1_000_000).nullish(),
    max_completion_tokens: z.int().min(1).max(1_000_000).nullish(),
    seed: z.int().nullish(),
    stop: z.union([z.string(), z.array(z.string()).max(4)]).nullish(),
    n: z.literal(1).nullish(),
    response_format: z.union([z.strictObject({ type: z.literal('text') }), z.strictObject({ type: z.literal('json_object') }), jsonSchemaFormat]).nullish(),
    tools: z.array(toolSchema).max(512).optional(),
    tool_choice: z
      .union([z.enum(['none', 'auto', 'required']), z.strictObject({ type: z.literal('function'), function: z.strictObject({ name: z.string() }) })])
      .optional(),
    parallel_tool_calls: z.boolean().optional(),
    // Known, and without a meaning here: they are left out.
    top_p: z.number().nullish(),
    frequency_penalty: z.number().nullish(),
    presence_penalty: z.number().nullish(),
    logprobs: z.literal(false).nullish(),
    reasoning_effort: z.string().nullish(),
    verbosity: z.string().nullish(),
    service_tier: z.string().nullish(),
    store: z.boolean().nullish(),
    metadata: z.record(z.string(), z.string()).nullish(),
    user: z.string().max(512).nullish(),
    safety_identifier: z.string().max(512).nullish(),
    prompt_cache_key: z.string().max(512).nullish().describe('Names the session, where no header does'),
  })
  .describe('A request for a chat completion');
export type ChatRequest = z.infer<typeof chatRequestSchema>;

export const autoModel = 'ratchet/auto';

/** What headers say of a request. */
export interface ChatHeaders {
  readonly session?: string | undefined;
  readonly deadlineMs?: number | undefined;
  readonly budgetUsd?: number | undefined;
  readonly generation?: number | undefined;
}

/** Throws a `ServiceError` (404) for a model that is not among `models`. */
export function askOf(request: ChatRequest, id: string, { models, headers }: { readonly models: readonly string[]; readonly headers: ChatHeaders }): Ask {
  if (request.model !== autoModel && !models.includes(request.model)) {
    throw new ServiceError(404, `there is no model "${request.model}" here; there are: ${[autoModel, ...models].join(', ')}`, {
      code: 'model_not_found',
      param: 'model',
    });
  }
  const fixed = request.model !== autoModel;
  const text = requestText(request);
  const session = headers.session ?? request.prompt_cache_key ?? undefined;
  const maxOutputTokens = request.max_completion_tokens ?? request.max_tokens;
  const conversation = fixed || isConversation(request) ? { conversation: conversationOf(request) } : {};
  return {
    id,
    text,
    model: fixed ? { fixed: request.model } : 'auto',
    ...conversation,
    ...(request.tools === undefined || request.tools.length === 0 ? {} : { tools: offeredTools(request.tools) }),
    ...(request.temperature == null ? {} : { temperature: request.temperature }),
    ...(maxOutputTokens == null ? {} : { maxOutputTokens }),
    ...(request.seed == null ? {} : { seed: request.seed }),
    ...(session === undefined ? {} : { session }),
    ...(headers.deadlineMs === undefined ? {} : { deadlineMs: headers.deadlineMs }),
    ...(headers.generation === undefined ? {} : { generation: headers.generation }),
    ...(headers.budgetUsd === undefined ? {} : { budgetUsd: headers.budgetUsd }),
  };
}

/** More than instructions and one text. */
function isConversation({ messages, tools, response_format, stop }: ChatRequest): boolean {
  const turns = messages.filter(({ role }) => role !== 'system' && role !== 'developer');
  return (
    turns.length !== 1 || turns[0]?.role !== 'user' || (tools?.length ?? 0) > 0 || stop != null || (response_format != null && response_format.type !== 'text')
  );
}

/** Instructions and what the user says last: what policies look at, and strategies work on. */
function requestText({ messages }: ChatRequest): string {
  const instructions = messages.flatMap((message) => (message.role === 'system' || message.role === 'developer' ? [textOf(message.content)] : []));
  const last = messages.findLast(({ role }) => role === 'user');
  const text = [...instructions, ...(last === undefined ? [] : [textOf(last.content)])].join('\n\n');
  if (text.trim() === '') throw new ServiceError(400, 'nothing is asked: there is no message of a user with a text', { param: 'messages' });
  return text;
}

function conversationOf(request: ChatRequest): NonNullable<Ask['conversation']> {
  const { messages, tools, tool_choice, parallel_tool_calls, response_format, stop } = request;
  const plain = messages.map((message): Message => ({ role: roleOf(message.role), content: textOf(message.content) }));
  const usesTools =
    (tools?.length ?? 0) > 0 || messages.some((message) => message.role === 'tool' || (message.role === 'assistant' && message.tool_calls !== undefined));
  return {
    messages: plain,
    ...(usesTools
      ? {
          withTools: {
            messages,
            tools: tools ?? [],
            ...(tool_choice === undefined ? {} : { toolChoice: tool_choice }),
            ...(parallel_tool_calls === undefined ? {} : { parallelToolCalls: parallel_tool_calls }),
          },
        }
      : {}),
    ...(stop == null ? {} : { stop: typeof stop === 'string' ? [stop] : stop }),
    ...(response_format == null || response_format.type === 'text'
      ? {}
      : { json: response_format.type === 'json_object' ? ('object' as const) : (response_format.json_schema.schema ?? ('object' as const)) }),
  };
}

function roleOf(role: ChatRequest['messages'][number]['role']): Message['role'] {
  if (role === 'developer') return 'system';
  return role === 'tool' ? 'user' : role;
}

function textOf(given: z.infer<typeof content> | null | undefined): string {
  return given == null ? '' : typeof given === 'string' ? given : given.map((part) => part.text).join('');
}

function offeredTools(tools: NonNullable<ChatRequest['tools']>): NonNullable<Ask['tools']> {
  return {
    names: tools.map((tool) => tool.function.name),
    parameters: tools.reduce((sum, tool) => sum + Object.keys((tool.function.parameters?.['properties'] as object | undefined) ?? {}).length, 0),
    schemaCharacters: JSON.stringify(tools).length,
  };
}
