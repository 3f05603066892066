/** A server for tests that speaks the OpenAI, Anthropic and Gemini wire formats, and fails as it is told to. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '@ratchet/core';

export type Api = 'openai' | 'anthropic' | 'gemini';

export type Fault =
  | 'none'
  | 'rate-limited'
  | 'server-error'
  | 'slow-first-byte'
  | 'stalls'
  | 'cut-stream'
  | 'silent-end'
  | 'malformed'
  | 'empty-body'
  | 'wrong-usage'
  | 'no-key'
  | 'out-of-credit';

export interface SeenRequest {
  readonly api: Api;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Record<string, unknown>;
  readonly streamed: boolean;
  /** Whether the client hung up before the answer was whole. */
  hungUp: boolean;
}

export interface ScriptedApi {
  readonly port: number;
  readonly seen: SeenRequest[];
  /** Of the calls to come, in their order; the last is repeated. */
  script(...faults: readonly Fault[]): void;
  /** Requests that will get nothing more before time has passed, or ever. */
  readonly waiting: number;
  baseUrl(api: Api): string;
  close(): Promise<void>;
}

export const words = ['Four ', 'words ', 'of ', 'wisdom.'];
export const answerText = words.join('');
export const reported = { inputTokens: 40, outputTokens: 7, cachedInputTokens: 16, reasoningTokens: 2 };

/** The first word of an answer takes `delayMs` of the clock; without one, nothing takes any time. */
export async function scriptedApi(delay?: { readonly clock: Clock; readonly delayMs: number }): Promise<ScriptedApi> {
  let script: readonly Fault[] = ['none'];
  let calls = 0;
  const seen: SeenRequest[] = [];
  let waiting = 0;
  const whileWaiting = async (work: (hungUp: Promise<unknown>) => Promise<unknown>, response: ServerResponse): Promise<void> => {
    waiting++;
    await work(new Promise((resolve) => response.once('close', resolve)));
    waiting--;
  };
  const server: Server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '';
    const kind: Api = path.includes('/chat/completions') ? 'openai' : path.includes('/messages') ? 'anthropic' : 'gemini';
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
    const streamed = kind === 'gemini' ? path.includes('stream') : body['stream'] === true;
    const one: SeenRequest = { api: kind, path, headers: request.headers, body, streamed, hungUp: false };
    seen.push(one);
    const fault = script[Math.min(calls++, script.length - 1)] as Fault;
    response.on('close', () => {
      one.hungUp = !response.writableFinished;
    });
    if (delay !== undefined) await whileWaiting((hungUp) => Promise.race([delay.clock.sleep(delay.delayMs), hungUp]), response);
    if (response.destroyed) return;
    if ((await answer(response, { kind, fault, streamed })) === 'no more') await whileWaiting((hungUp) => hungUp, response);
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    seen,
    get waiting() {
      return waiting;
    },
    script: (...faults: readonly Fault[]) => {
      script = faults;
      calls = 0;
      seen.length = 0;
    },
    baseUrl: (kind: Api) => `http://127.0.0.1:${port}${kind === 'openai' ? '/v1' : ''}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** `no more`: the client will have to end it. */
async function answer(response: ServerResponse, { kind, fault, streamed }: { kind: Api; fault: Fault; streamed: boolean }): Promise<'no more' | undefined> {
  const fail = (status: number, code: string, headers: Readonly<Record<string, string>> = {}): undefined => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(errorBody(kind, status, code)));
  };
  switch (fault) {
    case 'rate-limited':
      return fail(429, 'rate_limit_exceeded', { 'retry-after': '7' });
    case 'out-of-credit':
      return fail(429, 'insufficient_quota');
    case 'server-error':
      return fail(500, 'server_error');
    case 'no-key':
      return fail(401, 'invalid_api_key');
    case 'slow-first-byte':
      return 'no more';
    case 'empty-body':
      response.writeHead(200, { 'content-type': streamed ? 'text/event-stream' : 'application/json' });
      response.end();
      return undefined;
    case 'malformed':
      response.writeHead(200, { 'content-type': streamed ? 'text/event-stream' : 'application/json' });
      response.end(streamed ? 'event: message_start\ndata: {"id": "x", "choices": [\n\n' : '{"id": "x", "choices": [');
      return undefined;
    default:
  }
  const usage = fault !== 'wrong-usage';
  if (!streamed) {
    const whole = JSON.stringify(wholeBody(kind, usage));
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(whole) });
    if (fault === 'none' || fault === 'wrong-usage') {
      response.end(whole);
      return undefined;
    }
    await new Promise<unknown>((resolve) => response.write(whole.slice(0, 20), resolve));
    if (fault === 'stalls') return 'no more';
    response.destroy();
    return undefined;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const events = streamEvents(kind, usage);
  const kept = fault === 'none' || fault === 'wrong-usage' ? events : events.slice(0, kind === 'anthropic' ? 4 : kind === 'openai' ? 3 : 2);
  for (const event of kept) await new Promise<unknown>((resolve) => response.write(event, resolve));
  if (fault === 'stalls') return 'no more';
  if (fault === 'cut-stream') response.destroy();
  else response.end();
  return undefined;
}

function errorBody(kind: Api, status: number, code: string): object {
  if (kind === 'openai') return { error: { message: `scripted ${code}`, type: code, code } };
  if (kind === 'anthropic') return { type: 'error', error: { type: code, message: `scripted ${code}` } };
  return { error: { code: status, message: `scripted ${code}`, status: code } };
}

const wrong = { prompt_tokens: -40, completion_tokens: 'seven', input_tokens: -40, output_tokens: null, promptTokenCount: 0.5, candidatesTokenCount: 7 };

function usageBody(kind: Api, right: boolean): object {
  if (!right) return wrong;
  const { inputTokens, outputTokens, cachedInputTokens, reasoningTokens } = reported;
  if (kind === 'openai') {
    return {
      prompt_tokens: inputTokens,
      completion_tokens: outputTokens,
      total_tokens: inputTokens + outputTokens,
      prompt_tokens_details: { cached_tokens: cachedInputTokens },
      completion_tokens_details: { reasoning_tokens: reasoningTokens },
    };
  }
  if (kind === 'anthropic') {
    return {
      input_tokens: inputTokens - cachedInputTokens,
      cache_read_input_tokens: cachedInputTokens,
      cache_creation_input_tokens: 0,
      output_tokens: outputTokens,
      output_tokens_details: { thinking_tokens: reasoningTokens },
    };
  }
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: outputTokens - reasoningTokens,
    thoughtsTokenCount: reasoningTokens,
    cachedContentTokenCount: cachedInputTokens,
    totalTokenCount: inputTokens + outputTokens,
  };
}

function wholeBody(kind: Api, right: boolean): object {
  const usage = usageBody(kind, right);
  if (kind === 'openai') {
    return {
      id: 'c',
      object: 'chat.completion',
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: answerText }, finish_reason: 'stop' }],
      usage,
    };
  }
  if (kind === 'anthropic') {
    return {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text: answerText }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage,
    };
  }
  return { candidates: [{ content: { role: 'model', parts: [{ text: answerText }] }, finishReason: 'STOP' }], usageMetadata: usage };
}

function streamEvents(kind: Api, right: boolean): readonly string[] {
  const data = (value: object): string => `data: ${JSON.stringify(value)}\n\n`;
  const usage = usageBody(kind, right);
  if (kind === 'openai') {
    const chunk = (delta: object, finish_reason: string | null) =>
      data({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] });
    return [
      chunk({ role: 'assistant', content: '' }, null),
      ...words.map((content) => chunk({ content }, null)),
      chunk({}, 'stop'),
      data({ id: 'c', object: 'chat.completion.chunk', choices: [], usage }),
      'data: [DONE]\n\n',
    ];
  }
  if (kind === 'anthropic') {
    const event = (type: string, rest: object) => `event: ${type}\n${data({ type, ...rest })}`;
    const { output_tokens: _whole, ...begun } = usage as Record<string, unknown>;
    return [
      event('message_start', {
        message: { id: 'm', type: 'message', role: 'assistant', content: [], model: 'm', stop_reason: null, usage: { ...begun, output_tokens: 1 } },
      }),
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      event('ping', {}),
      ...words.map((text) => event('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
      event('content_block_stop', { index: 0 }),
      event('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: (usage as { output_tokens: unknown }).output_tokens },
      }),
      event('message_stop', {}),
    ];
  }
  return words.map((text, index) =>
    data({
      candidates: [{ content: { role: 'model', parts: [{ text }] }, ...(index === words.length - 1 ? { finishReason: 'STOP' } : {}) }],
      ...(index === words.length - 1 ? { usageMetadata: usage } : {}),
    }),
  );
}
