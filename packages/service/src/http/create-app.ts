/** The HTTP application: every route behind its key, its limits and errors in OpenAI's words. */
import type { Store, StoredKey } from '@ratchet/core';
import { Hono } from 'hono';
import { z } from 'zod';
import type { KeyRing } from '../keys/key-ring.ts';
import { answerMcp, type McpRouteParts } from '../mcp/mcp-route.ts';
import { type PricesInUse, pricesInUseSchema } from '../prices-in-use.ts';
import { ServiceError } from '../service-error.ts';
import { asServiceError, errorBody } from './error-format.ts';
import { JsonAnswer } from './json-answer.ts';
import { openApiDocument } from './openapi.ts';
import { readBody } from './read-body.ts';
import { type Exchange, type HttpContext, type Route, route } from './route.ts';
import type { ServiceMetrics } from './service-metrics.ts';
import { type StraightAnswers, straightAnswers } from './straight-answers.ts';

export interface AppParts {
  readonly routes: readonly Route[];
  readonly ring: KeyRing;
  readonly store: Store;
  readonly metrics: ServiceMetrics;
  readonly servingGeneration: () => number;
  /** Absent where prices do not change. */
  readonly prices?: (() => PricesInUse) | undefined;
  readonly mcp: McpRouteParts;
  readonly mostBodyBytes: number;
  readonly now: () => number;
  /** Told of what is a fault of the service. */
  readonly onError: (error: unknown) => void;
}

const nobody: StoredKey = {
  id: '-',
  name: '',
  secretHash: '',
  scopes: [],
  tenant: '',
  shares: false,
  requestsPerMinute: null,
  budgetUsd: null,
  createdAtMs: 0,
  revokedAtMs: null,
};

export interface HttpApp {
  /** Every route. */
  readonly app: Hono;
  /** The routes that are asked most, by a shorter way, for a server to try first. */
  readonly straight: StraightAnswers;
}

export function createApp(parts: AppParts): HttpApp {
  const { ring, metrics, onError, mostBodyBytes } = parts;
  const routes = [...parts.routes, ...openRoutes(parts)];
  const app = new Hono();
  const refusal = (context: Exchange, path: string, error: unknown): JsonAnswer => {
    const known = asServiceError(error);
    if (known.status === 500) onError(error);
    metrics.request(path, known.status);
    if (known.status === 403) {
      // Of keys that are none there is no end; of keys that reach for more there are few.
      parts.store
        .audit({ atMs: parts.now(), keyId: '-', action: 'refused', detail: `${context.req.method} ${context.req.path}: ${known.message}` })
        .catch(onError);
    }
    const wait: Record<string, string> = known.retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(known.retryAfterMs / 1000)) };
    if (known.status === 401) wait['www-authenticate'] = 'Bearer';
    // What the client goes on sending is not read.
    if (known.status === 413) {
      wait['connection'] = 'close';
      context.env.incoming.unpipe();
    }
    return new JsonAnswer(errorBody(known), { status: known.status === 499 ? 408 : known.status, headers: wait });
  };
  const answer = async (one: Route, context: Exchange): Promise<Response | JsonAnswer> => {
    try {
      const key = one.scope === null ? nobody : await ring.admit(context.req.header('authorization'), one.scope);
      const body = one.body === undefined ? undefined : await readBody(context, { schema: one.body, mostBytes: mostBodyBytes });
      const given = await one.handle({ context: context as HttpContext, body, key });
      const answered = given instanceof JsonAnswer || given instanceof Response ? given : new JsonAnswer(given);
      metrics.request(one.path, answered.status);
      return answered;
    } catch (error) {
      return refusal(context, one.path, error);
    }
  };
  for (const one of routes) {
    app.on(one.method.toUpperCase(), one.path.replace(/\{(\w+)\}/g, ':$1'), async (context) => {
      const answered = await answer(one, context as unknown as HttpContext);
      return answered instanceof JsonAnswer ? answered.response() : answered;
    });
  }
  app.all('/mcp', async (given) => {
    try {
      const answer = await answerMcp(given, parts.mcp);
      metrics.request('/mcp', answer.status);
      return answer;
    } catch (error) {
      return refusal(given as unknown as HttpContext, '/mcp', error).response();
    }
  });
  app.notFound((context) => {
    const error = new ServiceError(404, `there is nothing at ${context.req.method} ${context.req.path}`, { code: 'not_found' });
    return refusal(context as unknown as HttpContext, 'unknown', error).response();
  });
  return { app, straight: straightAnswers(routes, { answer, mostBodyBytes, onError }) };
}

/** Those that need no key: they tell nothing of anybody's requests. */
function openRoutes({ routes, metrics, store, servingGeneration, prices }: AppParts): readonly Route[] {
  const statusSchema = z.object({ status: z.string() });
  const readySchema = statusSchema.extend({ prices: pricesInUseSchema.optional().describe('Where they come from a file that may change') });
  const own: Route[] = [
    route({ method: 'get', path: '/healthz', scope: null, summary: 'Whether the process runs', answer: statusSchema, handle: () => ({ status: 'ok' }) }),
    route({
      method: 'get',
      path: '/readyz',
      scope: null,
      summary: 'Whether it can answer and remember',
      answer: readySchema,
      handle: async () => {
        await store.lastSequence();
        return { status: 'ready', ...(prices === undefined ? {} : { prices: pricesInUseSchema.parse(prices()) }) };
      },
    }),
    route({
      method: 'get',
      path: '/metrics',
      scope: null,
      summary: 'For Prometheus',
      answer: 'text/plain',
      handle: async () =>
        new Response(await metrics.text(servingGeneration(), prices?.()), { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } }),
    }),
  ];
  const document: Route = route({
    method: 'get',
    path: '/openapi.json',
    scope: null,
    summary: 'This document',
    answer: z.looseObject({ openapi: z.string() }),
    handle: (): object => openApiDocument([...routes, ...own, document]),
  });
  return [...own, document];
}
