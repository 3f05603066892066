/** A process to be measured: the service, a bare proxy, Portkey's gateway, or the upstream of all. Says where it listens, and on a line of its input what it used. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, writeSync } from 'node:fs';
import { Agent, request as ask, createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { seededRandom, systemClock } from '@ratchet/core';
import { lineFile, redactor, secretsOf, spanIds, spanTracer } from '@ratchet/observability';
import { catalogueSchema, liveModels, modelDirectory, spending } from '@ratchet/providers';
import { createService, keepMemorySteady, keyText, listen, newKeyParts, storedKeyOf, timeOrderedIds } from '@ratchet/service';
import { openSqliteStore } from '@ratchet/store';
import { findPortkey } from '../peers/portkey.ts';

const [, , kind, upstreamUrl = ''] = process.argv;
const clock = systemClock();

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
  return createServer((request, response) => {
    let text = '';
    request.on('data', (data: Buffer) => {
      text += data;
    });
    request.on('end', () => {
      if (!text.includes('"stream":true')) {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(whole) });
        response.end(whole);
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
  readonly store?: string;
}

async function service(): Promise<Served> {
  keepMemorySteady();
  const home = mkdtempSync(join(tmpdir(), 'bench-service-'));
  const file = join(home, 'store.sqlite');
  const store = openSqliteStore({ file, clock });
  const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 4, asOf: '2026-01-01', source: 'none' };
  const catalogue = catalogueSchema.parse({
    providers: { home: { api: 'openai', baseUrl: `${upstreamUrl}/v1`, key: null, maxRetries: 0, concurrency: 256 } },
    models: { large: { provider: 'home', price }, small: { provider: 'home', price } },
  });
  const live = liveModels({ catalogue, environment: {}, served: {} }, { clock });
  const account = spending(Number.POSITIVE_INFINITY);
  const arm = (model: string) => ({ strategy: 'direct', model, temperature: 0.7, maxOutputTokens: 4096, timeoutMs: 120_000, cacheSeconds: 0 }) as const;
  // biome-ignore lint/plugin: this is the adapter
  const wallClock = () => new Date();
  const now = () => wallClock().getTime();
  // As `ratchet serve` writes them: in pages, and every quarter of a second.
  const traces = lineFile(join(home, 'traces.jsonl'), { maxBytes: 32 * 1024 * 1024, bufferBytes: 64 * 1024 });
  const flush = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(250);
      traces.flush();
    }
  };
  void flush();
  const made = await createService({
    task: {
      name: 'bench',
      arms: [arm('large'), arm('small')],
      objective: { kind: 'weighted' },
      prices: { cost: 0.3, latency: 0.1, belowFloor: 1, margin: 0.02 },
      heuristic: null,
    },
    world: {
      evidence: 'live',
      repeats: 'never',
      open: (luck) => ({
        clock,
        models: modelDirectory(new Map(['large', 'small'].map((id) => [id, () => live.model(id, { spending: account, random: luck })]))),
      }),
      tokenPrice: () => price,
    },
    store,
    clock,
    now,
    random: seededRandom('bench'),
    newId: timeOrderedIds(now),
    tracer: spanTracer({
      sinks: [traces],
      ids: spanIds((bytes) => randomBytes(bytes).toString('hex')),
      nowMs: () => performance.timeOrigin + clock.now(),
      content: false,
      redact: redactor(secretsOf(process.env)),
    }),
  });
  const parts = newKeyParts((count) => new Uint8Array(count).fill(7));
  const wishes = { name: 'bench', scopes: ['infer', 'feedback', 'admin'], tenant: 'bench', shares: true, requestsPerMinute: null, budgetUsd: null } as const;
  await store.addKey(storedKeyOf(parts, wishes, 0));
  void made.learnEvery(5000, new AbortController().signal);
  const { url } = await listen(made, { host: '127.0.0.1', port: 0 });
  process.once('SIGINT', () => {
    void store.close().then(() => process.exit(0));
  });
  return { url, headers: { authorization: `Bearer ${keyText(parts)}` }, store: file };
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
  if (kind === 'service') return service();
  process.once('SIGINT', () => process.exit(0));
  if (kind === 'portkey') return portkey();
  const server = kind === 'proxy' ? proxy() : upstream();
  // So that no connection that was not used for a while is ended just when it is.
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, headers: { authorization: 'Bearer none' } };
}

/** Whatever became of the standard stream. */
function say(what: object): void {
  writeSync(1, `${JSON.stringify(what)}\n`);
}

say(await start());
const asked = createInterface({ input: process.stdin });
// Who measures is gone.
asked.on('close', () => process.exit(0));
asked.on('line', () => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  say({ cpuMs: (user + system) / 1000, rssMb: rss / 1e6, heapMb: heapUsed / 1e6, heldMb: heapTotal / 1e6, outsideMb: external / 1e6 });
});
