/** A service as tests start it: over models of their own, with a store in memory and a key for each scope. */
import {
  type Clock,
  type KeyScope,
  type LanguageModel,
  type ModelAnswer,
  type ModelCall,
  ModelError,
  type Store,
  seededRandom,
  silentTracer,
  systemClock,
} from '@ratchet/core';
import type { World } from '@ratchet/harness';
import { catalogueSchema, liveModels, modelDirectory, spending } from '@ratchet/providers';
import { openSqliteStore } from '@ratchet/store';
import { createService, type KeyWishes, keyText, listen, newKeyParts, type Service, type ServiceParts, type ServiceTask, storedKeyOf } from '../src/index.ts';

const price = { inputUsdPerMTok: 1, outputUsdPerMTok: 4 };
const direct = (model: string) => ({ strategy: 'direct', model, temperature: 0.7, maxOutputTokens: 4096, timeoutMs: 120_000, cacheSeconds: 0 }) as const;

/** Two models, `small` and `large`, and no more than one call a request. */
export const twoModels: ServiceTask = {
  name: 'test',
  arms: [direct('large'), direct('small')],
  objective: { kind: 'constrained', floor: { kind: 'baseline', margin: 0.02 }, qualityValue: 0, caution: 0 },
  prices: { cost: 0.3, latency: 0, belowFloor: 1, margin: 0.02 },
  heuristic: {
    direct: direct('large'),
    batch: { strategy: 'batch', model: 'large', temperature: 0.5, maxConcurrency: 8, chunkSize: 500, maxOutputTokens: 4096, timeoutMs: 120_000 },
    orchestrate: direct('large') as never,
    collaborate: direct('large') as never,
  },
};

export type Answering = (call: ModelCall, model: string, signal: AbortSignal | undefined) => Partial<ModelAnswer> | Promise<Partial<ModelAnswer>>;

/** Models in the process: `answer` gives what differs from "fine", or throws. Pieces of text are streamed word by word. */
export function scriptedWorld(answer: Answering, clock: Clock = systemClock(), models: readonly string[] = ['small', 'large']): World {
  const model = (id: string): LanguageModel => ({
    id,
    complete: async (call, { signal, onDelta } = {}) => {
      if (signal?.aborted) throw new ModelError('cancelled', id, 'aborted');
      const given = {
        text: 'fine',
        finishReason: 'stop' as const,
        usage: { inputTokens: 10, outputTokens: 5 },
        costUsd: 0.001,
        latencyMs: 100,
        ...(await answer(call, id, signal)),
      };
      for (const text of given.text.split(/(?<= )/)) onDelta?.({ kind: 'text', text });
      return given;
    },
  });
  return {
    evidence: 'simulated',
    repeats: 'never',
    open: () => ({ clock, models: modelDirectory(new Map(models.map((id) => [id, () => model(id)]))) }),
    tokenPrice: () => price,
  };
}

/** Models behind an API at `url`, as live ones are: with SDK, limits, breaker and deadlines. */
export function upstreamWorld(
  url: string,
  { models = ['small', 'large'], deadlines = {} }: { models?: readonly string[]; deadlines?: object } = {},
): World & { close(): Promise<void> } {
  const catalogue = catalogueSchema.parse({
    providers: { home: { api: 'openai', baseUrl: `${url}/v1`, key: 'UPSTREAM_KEY', maxRetries: 0, concurrency: 64, deadlines } },
    models: Object.fromEntries(models.map((id) => [id, { provider: 'home', price: { ...price, asOf: '2026-01-01', source: 'a test' } }])),
  });
  const clock = systemClock();
  const live = liveModels({ catalogue, environment: { UPSTREAM_KEY: 'sk-canary-4242424242' }, served: {} }, { clock });
  return {
    evidence: 'live',
    repeats: 'never',
    open: (luck) => ({
      clock,
      models: modelDirectory(new Map(models.map((id) => [id, () => live.model(id, { spending: spending(Number.POSITIVE_INFINITY), random: luck })]))),
    }),
    tokenPrice: () => price,
    close: () => live.close(),
  };
}

export interface TestService extends Service {
  readonly url: string;
  readonly store: Store;
  readonly errors: unknown[];
  key(wishes?: Partial<KeyWishes>): Promise<string>;
  post(path: string, body: unknown, key: string, headers?: Record<string, string>): Promise<Response>;
  get(path: string, key?: string): Promise<Response>;
  chat(content: string, key: string, more?: object): Promise<Response>;
  stop(): Promise<void>;
}

let ids = 0;

export async function startService(parts: Partial<ServiceParts> & Pick<ServiceParts, 'world'>): Promise<TestService> {
  const clock = systemClock();
  const store = parts.store ?? openSqliteStore({ file: ':memory:', clock, windowMs: 0 });
  const errors: unknown[] = [];
  const service = await createService({
    task: twoModels,
    store,
    clock,
    now: () => 1_700_000_000_000,
    random: seededRandom('test service'),
    newId: () => `${++ids}`,
    tracer: silentTracer,
    onError: (error) => errors.push(error),
    ...parts,
  });
  const server = await listen(service, { host: '127.0.0.1', port: 0 });
  const { url } = server;
  let keys = 0;
  const post: TestService['post'] = (path, body, key, headers = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    ...service,
    url,
    store,
    errors,
    post,
    key: async (wishes = {}) => {
      const key = newKeyParts((count) => new Uint8Array(count).fill(++keys));
      const scopes: KeyScope[] = ['infer', 'feedback', 'admin'];
      await store.addKey(storedKeyOf(key, { name: 'test', scopes, tenant: 'acme', shares: true, requestsPerMinute: null, budgetUsd: null, ...wishes }, 0));
      return keyText(key);
    },
    get: (path, key) => fetch(`${url}${path}`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }),
    chat: (content, key, more = {}) => post('/v1/chat/completions', { model: 'ratchet/auto', messages: [{ role: 'user', content }], ...more }, key),
    stop: async () => {
      service.endStreams();
      await server.close();
      await service.close();
      await store.close();
    },
  };
}
