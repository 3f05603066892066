/** Handles one request to a mock server, from its bytes to those of its answer. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Clock, ModelError } from '@ratchet/core';
import type { SimulatedModels } from '../simulated/simulated-models.ts';
import { answerCall } from './answer-call.ts';
import { faultPicker } from './fault-picker.ts';
import type { FaultFile, FaultRule } from './fault-rules.ts';
import { luckHeaderName, luckTaken, readLuckHeader } from './luck-header.ts';
import { openReply, type Reply } from './reply.ts';
import { parseJson, readBody } from './request-body.ts';
import { requestLuck } from './request-luck.ts';
import { type Route, routeOf } from './route.ts';
import { scaledClock } from './scaled-clock.ts';
import { WireError } from './wire-error.ts';

export interface HandlerParts {
  readonly models: SimulatedModels;
  readonly seed: number;
  /** Real seconds that a simulated one takes; 0 for none. */
  readonly timeScale: number;
  readonly faults: FaultFile | undefined;
  readonly clock: Clock;
  readonly wallClock: () => Date;
  /** New connections are to be refused for so long. */
  readonly refuse: (forMs: number) => void;
  /** Told of each fault that strikes. */
  readonly onFault: (fault: FaultRule, path: string) => void;
}

/** What it returns resolves when nothing is left to do for the request; it rejects for faults of the server's own only. */
export function requestHandler(parts: HandlerParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { models, clock, wallClock, timeScale } = parts;
  const startedAt = wallClock();
  const pick = parts.faults === undefined ? () => undefined : faultPicker(parts.faults);
  const ownLuck = requestLuck(parts.seed);
  let requests = 0;

  const answer = async (route: Route, body: string, { request, reply, number, fault, signal }: Handling): Promise<void> => {
    const { format } = route;
    if (route.kind === 'about') reply.json(200, { name: 'ratchet mock-llm', models: models.ids, luckHeader: luckHeaderName });
    else if (route.kind === 'unknown') throw new WireError(404, `there is no ${request.method} ${route.path} here`);
    else if (route.kind === 'models') reply.json(200, format.models(models.ids, startedAt), { [luckHeaderName]: luckTaken });
    else if (route.kind === 'model') {
      requireModel(route.id);
      reply.json(200, format.model(route.id, startedAt));
    } else {
      const call = format.readCall(parseJson(body));
      requireModel(call.model);
      const told = request.headers[luckHeaderName];
      const luck = typeof told === 'string' ? readLuckHeader(told) : ownLuck(call);
      const head = { number, model: call.model, createdAt: wallClock(), streamsUsage: call.streamsUsage };
      await answerCall(call, reply, { models, format, clock: scaledClock(clock, timeScale), timeScale, luck, head, fault, signal });
    }
  };
  const requireModel = (id: string): void => {
    if (!models.ids.includes(id)) throw new WireError(404, `the model "${id}" does not exist here; there are: ${models.ids.join(', ')}`);
  };

  return async (request, response) => {
    const number = ++requests;
    const route = routeOf(request);
    const requestId = `req_mock${number}`;
    response.setHeader(route.format.requestIdHeader, requestId);
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort(new Error('the client is gone'));
    });
    let reply = openReply(response, undefined);
    try {
      const body = await readBody(request);
      const { model, stream } = glance(body);
      const fault = pick({ path: route.path, model, content: `${body} ${request.headers[luckHeaderName] ?? ''}` });
      if (fault !== undefined) parts.onFault(fault, route.path);
      reply = openReply(response, fault);
      switch (fault?.kind) {
        case 'refused-connection':
          response.socket?.resetAndDestroy();
          parts.refuse(fault.forMs);
          return;
        case 'rate-limited':
          throw new WireError(429, 'too many requests: a fault of the mock server', { retryAfterMs: fault.retryAfterMs });
        case 'server-error':
          throw new WireError(fault.status, 'a fault of the mock server');
        case 'empty-body':
          reply.empty(stream);
          return;
        case 'slow-first-byte':
          await clock.sleep(fault.delayMs, gone.signal);
          break;
        case 'cut-stream':
        case 'malformed-json':
        case 'wrong-usage':
        case undefined:
          break;
        default:
          fault satisfies never;
      }
      await answer(route, body, { request, reply, number, fault, signal: gone.signal });
    } catch (error) {
      const left = gone.signal.aborted || (request.destroyed && !request.complete);
      if (left || (error instanceof ModelError && error.kind === 'cancelled')) return;
      sendError(error, reply, { route, requestId });
      if (!(error instanceof WireError)) throw error;
    }
  };
}

interface Handling {
  readonly request: IncomingMessage;
  readonly reply: Reply;
  readonly number: number;
  readonly fault: FaultRule | undefined;
  readonly signal: AbortSignal;
}

function sendError(error: unknown, reply: Reply, { route, requestId }: { readonly route: Route; readonly requestId: string }): void {
  const { format } = route;
  const known = error instanceof WireError ? error : new WireError(500, `the mock server failed: ${(error as Error).message}`, { cause: error });
  if (reply.begun) {
    reply.event(format.errorEvent(known, requestId));
    reply.end();
    return;
  }
  const { retryAfterMs } = known;
  const wait = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)), 'retry-after-ms': String(Math.ceil(retryAfterMs)) };
  reply.json(known.status, format.error(known, requestId), wait);
}

/** What faults go by, before the request is read by its API's rules. */
function glance(body: string): { readonly model: string | undefined; readonly stream: boolean } {
  try {
    const { model, stream } = JSON.parse(body) as { readonly model?: unknown; readonly stream?: unknown };
    return { model: typeof model === 'string' ? model : undefined, stream: stream === true };
  } catch {
    return { model: undefined, stream: false };
  }
}
