/** A process to be measured beside the service: a bare proxy, Portkey's gateway, or the upstream of all. Says where it listens. */
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { Agent, request as ask, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import { findPortkey } from '../peers/portkey.ts';

const [, , kind, upstreamUrl = ''] = process.argv;

/** One short answer, or 20 pieces of one. */
function upstream(): Server {
  const piece = (content: string, finish: string | null) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: finish }] })}\n\n`;
  const usage = { prompt_tokens: 20, completion_tokens: 20, total_tokens: 40 };
  const whole = JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [{ index: 0, message: { role: 'assistant', content: 'An answer of a few words, as they come.' }, finish_reason: 'stop' }],
    usage,
  });
  const end = `${piece('', 'stop')}data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [], usage })}\n\ndata: [DONE]\n\n`;
  const models = JSON.stringify({ object: 'list', data: ['large', 'small'].map((id) => ({ id, object: 'model', created: 0, owned_by: 'home' })) });
  return createServer((request, response) => {
    let text = '';
    request.on('data', (data: Buffer) => {
      text += data;
    });
    request.on('end', () => {
      if (!text.includes('"stream":true')) {
        const answer = request.method === 'GET' ? models : whole;
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(answer) });
        response.end(answer);
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let index = 0; index < 20; index++) response.write(piece('word ', null));
      response.end(end);
    });
  });
}

function proxy(): Server {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const target = new URL(upstreamUrl);
  return createServer((request, response) => {
    const { host: _host, ...headers } = request.headers;
    const own = ask({ agent, host: target.hostname, port: target.port, path: request.url, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    own.on('error', () => response.destroy());
    request.pipe(own);
  });
}

interface Served {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** In this process, so that its processor time is this one's. */
async function portkey(): Promise<Served> {
  const port = await freePort();
  const program = findPortkey();
  if (program === undefined) throw new Error("Portkey's gateway is not installed");
  process.argv = [process.execPath, program, `--port=${port}`, '--headless'];
  // What it says to a person.
  process.stdout.write = () => true;
  await import(pathToFileURL(program).href);
  return {
    url: `http://127.0.0.1:${port}`,
    headers: { authorization: 'Bearer none', 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstreamUrl}/v1` },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

async function start(): Promise<Served> {
  process.once('SIGINT', () => process.exit(0));
  if (kind === 'portkey') return portkey();
  const server = kind === 'proxy' ? proxy() : upstream();
  // So that no connection that was not used for a while is ended just when it is.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, headers: { authorization: 'Bearer none' } };
}

// Whatever became of the standard stream.
writeSync(1, `${JSON.stringify(await start())}\n`);
