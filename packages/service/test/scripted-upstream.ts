/** A provider for tests: says to each request for an answer exactly what the test wants, byte by byte. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface UpstreamCall {
  readonly model: string;
  readonly body: { readonly stream?: boolean; readonly messages: readonly { readonly content: string }[] };
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface Upstream {
  readonly url: string;
  /** Models in the order in which they were asked. */
  readonly asked: string[];
  behave(own: (call: UpstreamCall) => void): void;
  close(): Promise<void>;
}

export async function startUpstream(): Promise<Upstream> {
  let behave = answerWell;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (piece: string) => {
      text += piece;
    });
    request.on('end', () => {
      const body = JSON.parse(text);
      asked.push(body.model);
      behave({ model: body.model, body, request, response });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    behave: (own) => {
      asked.length = 0;
      behave = own;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const chunk = (content: string, finish: string | null = null) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
const usage = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 };

export function answerWell({ model, body, response }: UpstreamCall): void {
  const text = `Answered by ${model}.`;
  if (body.stream !== true) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }], usage }));
    return;
  }
  begin(response);
  response.write(chunk(text));
  response.end(`${chunk('', 'stop')}data: ${JSON.stringify({ choices: [], usage })}\n\ndata: [DONE]\n\n`);
}

export function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
}

export function fail({ response }: UpstreamCall, status: number, error: object, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error }));
}
