/** A server for tests that serves the models of the tiny scenario as OpenAI does, and keeps account of what it was paid for. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LiveServer {
  readonly baseUrl: string;
  /** Of all calls, whoever they were for. */
  readonly counts: { calls: number; billedUsd: number; answered: number };
  /** Authorization headers that it saw. */
  readonly keys: Set<string>;
  /** Names of all headers that it saw. */
  readonly headers: Set<string>;
  /** Every so manyth call is refused with a message that repeats the key; 0 for none. */
  failEvery: number;
  close(): Promise<void>;
}

export interface LiveServerPrices {
  readonly [model: string]: { readonly inputUsdPerMTok: number; readonly outputUsdPerMTok: number };
}

export async function liveServer(prices: LiveServerPrices, answer: (model: string, asked: string) => string): Promise<LiveServer> {
  const state = { failEvery: 0 };
  const counts = { calls: 0, billedUsd: 0, answered: 0 };
  const keys = new Set<string>();
  const headers = new Set<string>();
  const server = createServer(async (request, response) => {
    const reply = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    };
    if (request.url?.endsWith('/models')) return reply(200, { object: 'list', data: Object.keys(prices).map((id) => ({ id })) });
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const body = JSON.parse(text) as { model: string; messages: { content: string }[] };
    keys.add(request.headers.authorization ?? '');
    for (const name of Object.keys(request.headers)) headers.add(name);
    counts.calls++;
    if (state.failEvery > 0 && counts.calls % state.failEvery === 0) {
      return reply(400, { error: { message: `bad request of ${request.headers.authorization}`, type: 'invalid_request_error' } });
    }
    const content = answer(body.model, body.messages.map((message) => message.content).join('\n'));
    const usage = { prompt_tokens: Math.ceil(text.length / 5), completion_tokens: Math.ceil(content.length / 4) };
    const price = prices[body.model] as LiveServerPrices[string];
    counts.billedUsd += (usage.prompt_tokens * price.inputUsdPerMTok + usage.completion_tokens * price.outputUsdPerMTok) / 1e6;
    counts.answered++;
    reply(200, {
      id: `c${counts.calls}`,
      object: 'chat.completion',
      model: body.model,
      choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
      usage: { ...usage, total_tokens: usage.prompt_tokens + usage.completion_tokens },
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return Object.assign(state, {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    counts,
    keys,
    headers,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}
