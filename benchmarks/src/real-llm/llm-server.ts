/** A small real language model behind the wire format of OpenAI's chat completions: one call at a time, whole or streamed. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { InstalledLlm } from './install-real-llm.ts';

export const servedName = 'smollm2-135m-instruct';

export interface LlmServer {
  /** With the path that OpenAI's SDK wants. */
  readonly baseUrl: string;
  close(): Promise<void>;
}

const requestSchema = z.object({
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
  max_tokens: z.int().min(1).max(2048).default(256),
  temperature: z.number().min(0).max(2).default(0.7),
  seed: z.int().default(0),
  stream: z.boolean().default(false),
});
type Asked = z.infer<typeof requestSchema>;

/** What is used of node-llama-cpp, which is not among the dependencies. */
interface Runtime {
  getLlama(options: object): Promise<{ loadModel(options: object): Promise<{ createContext(options: object): Promise<{ getSequence(): Sequence }> }> }>;
  readonly LlamaChatSession: new (options: object) => Session;
}
interface Sequence {
  readonly tokenMeter: { getState(): object; diff(before: object): { readonly usedInputTokens: number; readonly usedOutputTokens: number } };
  clearHistory(): Promise<void>;
}
interface Session {
  setChatHistory(history: readonly object[]): void;
  promptWithMeta(text: string, options: object): Promise<{ readonly responseText: string; readonly stopReason: string }>;
  dispose(options: object): void;
}

const contextTokens = 2048;

export async function llmServer({ runtime, weights }: InstalledLlm): Promise<LlmServer> {
  const { getLlama, LlamaChatSession } = (await import(pathToFileURL(runtime).href)) as Runtime;
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' });
  const model = await llama.loadModel({ modelPath: weights });
  // More threads wait for each other, which takes long on a machine that has other work.
  const sequence = (await model.createContext({ contextSize: contextTokens, threads: 1 })).getSequence();

  const complete = async (asked: Asked, onText: (text: string) => void, signal: AbortSignal) => {
    await sequence.clearHistory();
    const session = new LlamaChatSession({ contextSequence: sequence, autoDisposeSequence: false });
    const before = sequence.tokenMeter.getState();
    try {
      session.setChatHistory(
        asked.messages.slice(0, -1).map(({ role, content }) => (role === 'assistant' ? { type: 'model', response: [content] } : { type: role, text: content })),
      );
      const { responseText, stopReason } = await session.promptWithMeta(asked.messages.at(-1)?.content ?? '', {
        maxTokens: asked.max_tokens,
        temperature: asked.temperature,
        seed: asked.seed,
        onTextChunk: onText,
        signal,
      });
      const { usedInputTokens, usedOutputTokens } = sequence.tokenMeter.diff(before);
      return {
        text: responseText,
        finish: stopReason === 'maxTokens' ? 'length' : 'stop',
        usage: { prompt_tokens: usedInputTokens, completion_tokens: usedOutputTokens, total_tokens: usedInputTokens + usedOutputTokens },
      };
    } finally {
      session.dispose({ disposeSequence: false });
    }
  };

  let turn: Promise<unknown> = Promise.resolve();
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const reply = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.url === '/v1/models') return reply(200, { object: 'list', data: [{ id: servedName, object: 'model', owned_by: 'here', created: 0 }] });
    if (request.url !== '/v1/chat/completions') return reply(404, { error: { message: `there is no ${request.url} here`, type: 'invalid_request_error' } });
    let body = '';
    for await (const piece of request) body += String(piece);
    const asked = requestSchema.safeParse(JSON.parse(body));
    if (!asked.success) return reply(400, { error: { message: asked.error.message, type: 'invalid_request_error' } });
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const mine = turn.then(() => (gone.signal.aborted ? undefined : write(asked.data, response, gone.signal)));
    turn = mine.catch(() => undefined);
    await mine;
  };
  const write = async (asked: Asked, response: ServerResponse, signal: AbortSignal): Promise<void> => {
    const frame = { id: 'chatcmpl-here', created: 0, model: servedName };
    const send = (data: object | string): boolean => response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
    const chunk = (delta: object, finish_reason: string | null): boolean =>
      send({ ...frame, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] });
    if (asked.stream) response.writeHead(200, { 'content-type': 'text/event-stream' });
    const { text, finish, usage } = await complete(asked, (piece) => asked.stream && chunk({ content: piece }, null), signal);
    if (asked.stream) {
      chunk({}, finish);
      send({ ...frame, object: 'chat.completion.chunk', choices: [], usage });
      send('[DONE]');
      response.end();
      return;
    }
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        ...frame,
        object: 'chat.completion',
        choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: finish }],
        usage,
      }),
    );
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: { message: (error as Error).message, type: 'server_error' } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
