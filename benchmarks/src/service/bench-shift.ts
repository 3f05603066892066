/**
 * Traffic with a shift through the real HTTP API against models behind a real wire: the cheap model that was learned turns bad. Says what
 * serving costs and is worth, window by window: `pnpm bench:shift [--requests 1800]`. Simulated: a model is right with a stated probability.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { seededRandom, silentTracer, systemClock } from '@ratchet/core';
import { catalogueSchema, liveModels, modelDirectory, spending } from '@ratchet/providers';
import { createService, keyText, listen, newKeyParts, storedKeyOf } from '@ratchet/service';
import { openSqliteStore } from '@ratchet/store';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '1800' }, shift: { type: 'string', default: '800' }, seed: { type: 'string', default: '1' } },
});
const [requests, shiftAt] = [Number(values.requests), Number(values.shift)];
const luck = seededRandom('shift', Number(values.seed));
const clock = systemClock();

/** US dollars per million tokens, and how often an answer is right: before the shift, and after it. */
const models = {
  large: { usd: 10, right: [0.9, 0.9] },
  medium: { usd: 3, right: [0.85, 0.88] },
  small: { usd: 0.5, right: [0.9, 0.3] },
} as const;
type Name = keyof typeof models;
const names = Object.keys(models) as Name[];

/** Every fiftieth request of a model fails, so that falling back is part of it. */
let asked = 0;
const upstream = createServer((request, response) => {
  let text = '';
  request.on('data', (data: Buffer) => {
    text += data;
  });
  request.on('end', () => {
    if (++asked % 50 === 0) {
      response.writeHead(503, { 'content-type': 'application/json' });
      response.end('{"error":{"message":"overloaded"}}');
      return;
    }
    const { model } = JSON.parse(text);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify({
        choices: [{ index: 0, message: { role: 'assistant', content: model }, finish_reason: 'stop' }],
        usage: { prompt_tokens: 300, completion_tokens: 200, total_tokens: 500 },
      }),
    );
  });
});
await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
const baseUrl = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}/v1`;
const priceOf = (name: string) => ({
  inputUsdPerMTok: models[name as Name].usd,
  outputUsdPerMTok: models[name as Name].usd,
  asOf: '2026-01-01',
  source: 'none',
});
const catalogue = catalogueSchema.parse({
  providers: { home: { api: 'openai', baseUrl, key: null, maxRetries: 0 } },
  models: Object.fromEntries(names.map((name) => [name, { provider: 'home', price: priceOf(name) }])),
});
const live = liveModels({ catalogue, environment: {}, served: {} }, { clock });
const account = spending(Number.POSITIVE_INFINITY);
const arm = (model: string) => ({ strategy: 'direct', model, temperature: 0.7, maxOutputTokens: 4096, timeoutMs: 120_000, cacheSeconds: 0 }) as const;
const chunked = { temperature: 0.5, maxConcurrency: 8, maxOutputTokens: 4096, timeoutMs: 120_000, model: 'large' } as const;
const told: string[] = [];
const store = openSqliteStore({ file: ':memory:', clock });
let ids = 0;
const service = await createService({
  task: {
    name: 'shift',
    arms: names.map(arm),
    objective: { kind: 'constrained', floor: { kind: 'best-arm', margin: 0.02 }, qualityValue: 1, caution: 0 },
    prices: { cost: 0.3, latency: 0, belowFloor: 1, margin: 0.02 },
    // Every request of this traffic is one question, which generation 0 asks the large model.
    heuristic: {
      direct: arm('large'),
      batch: { strategy: 'batch', ...chunked, chunkSize: 500 },
      orchestrate: {
        strategy: 'orchestrate',
        ...chunked,
        maxDepth: 3,
        checkpointEvery: 5,
        maxRounds: 6,
        refinePatience: 2,
        refineSimilarity: 0.98,
        judgeRounds: 1,
      },
      collaborate: {
        strategy: 'collaborate',
        models: ['large'],
        temperature: 0.7,
        numExperts: 3,
        debateRounds: 2,
        consensusThreshold: 0.7,
        judgeOrders: 1,
        maxOutputTokens: 4096,
        timeoutMs: 120_000,
      },
    },
  },
  world: {
    evidence: 'live',
    repeats: 'never',
    open: (random) => ({ clock, models: modelDirectory(new Map(names.map((id) => [id, () => live.model(id, { spending: account, random })]))) }),
    tokenPrice: priceOf,
  },
  store,
  clock,
  now: () => clock.now(),
  random: luck.child('service'),
  newId: () => `${++ids}`,
  tracer: silentTracer,
  onError: (error) => process.stderr.write(`${error}\n`),
  onLearning: (progress) =>
    told.push(progress.kind === 'promoted' || progress.kind === 'rolled-back' || progress.kind === 'failed' ? JSON.stringify(progress) : progress.kind),
});
const parts = newKeyParts((count) => new Uint8Array(count).fill(7));
await store.addKey(storedKeyOf(parts, { name: '', scopes: ['infer', 'feedback'], tenant: 'a', shares: true, requestsPerMinute: null, budgetUsd: null }, 0));
const server = await listen(service, { host: '127.0.0.1', port: 0 });
const headers = { authorization: `Bearer ${keyText(parts)}` };
const topics = ['rivers', 'cities', 'planets', 'metals', 'birds', 'trees', 'kings', 'lakes', 'bridges', 'islands'];
const heuristicUsd = 500e-6 * models.large.usd;
let failed = 0;
let sum = { usd: 0, right: 0, count: 0 };
for (let number = 0; number < requests; number++) {
  const content = `What are the ${(number * 7) % 13} most important ${topics[number % topics.length]} of region ${number % 97}?`;
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ model: 'ratchet/auto', messages: [{ role: 'user', content }] }),
  });
  const body = (await response.json()) as { readonly choices?: readonly { readonly message: { readonly content: Name } }[] };
  const name = body.choices?.[0]?.message.content;
  if (name === undefined) failed++;
  else {
    const right = luck.uniform('right', number) < models[name].right[number < shiftAt ? 0 : 1] ? 1 : 0;
    await fetch(`${server.url}/v1/feedback`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ decision: response.headers.get('x-ratchet-decision'), quality: right }),
    });
    sum = { usd: sum.usd + 500e-6 * models[name].usd, right: sum.right + right, count: sum.count + 1 };
  }
  if (number % 20 === 19) await service.learner.turn();
  if (number % 100 === 99) {
    const saved = 1 - sum.usd / sum.count / heuristicUsd;
    process.stdout.write(
      `${number === shiftAt + 99 ? 'shift  ' : '       '}${String(number - 98).padStart(5)}-${number + 1}: right ${(sum.right / sum.count).toFixed(3)}, cost ${(100 * saved).toFixed(0)}% below the heuristic's, generation ${service.live.current().generation}  ${told.splice(0).join(' ')}\n`,
    );
    sum = { usd: 0, right: 0, count: 0 };
  }
}
process.stdout.write(`${requests} requests, ${failed} failed\n`);
await server.close();
await service.close();
await live.close();
upstream.close();
upstream.closeAllConnections();
