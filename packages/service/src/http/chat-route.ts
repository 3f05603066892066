/** `POST /v1/chat/completions`, and the models that it takes. */
import { z } from 'zod';
import { ServiceError } from '../service-error.ts';
import type { Answered, AnswerService } from '../serving/answer-service.ts';
import type { Ask, Asker } from '../serving/ask.ts';
import type { Suggestion } from '../serving/decider.ts';
import type { PriceOfModel } from '../serving/exploration.ts';
import { type ChatHead, chatChunk, chatCompletion, chatCompletionSchema, lastChunks } from './chat-format.ts';
import { askOf, autoModel, type ChatHeaders, type ChatRequest, chatRequestSchema } from './chat-request.ts';
import { clientGone } from './client-gone.ts';
import { asServiceError, errorBody, modelFailure } from './error-format.ts';
import { type EventStream, eventStream } from './event-stream.ts';
import { JsonAnswer } from './json-answer.ts';
import { requireAdmin } from './require-admin.ts';
import { type Exchange, type Route, route, straightRoute } from './route.ts';

export interface ChatRouteParts {
  readonly service: AnswerService;
  /** What a client may name beside `ratchet/auto`. */
  readonly models: readonly string[];
  /** As it is now. */
  readonly priceOf: PriceOfModel;
  readonly newId: () => string;
  /** Milliseconds of the Unix epoch. */
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

const modelListSchema = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      id: z.string(),
      object: z.literal('model'),
      created: z.int(),
      owned_by: z.string(),
      price: z.object({ inputUsdPerMTok: z.number(), outputUsdPerMTok: z.number() }).optional().describe('As it is now; absent where nobody knows it'),
    }),
  ),
});

export function chatRoutes(parts: ChatRouteParts): readonly Route[] {
  return [
    straightRoute<ChatRequest>({
      method: 'post',
      path: '/v1/chat/completions',
      scope: 'infer',
      summary: 'Answers a conversation: with the strategy and model that were learned (`ratchet/auto`), or with a model that the request names',
      body: chatRequestSchema,
      answer: chatCompletionSchema,
      handle: async ({ context, body, key }) => {
        const headers = readHeaders(context);
        if (headers.generation !== undefined) requireAdmin(key, 'for the header x-ratchet-generation');
        const ask = askOf(body, `chatcmpl-${parts.newId()}`, { models: parts.models, headers });
        const head: ChatHead = { id: ask.id, model: body.model, created: Math.floor(parts.now() / 1000) };
        const asker: Asker = { keyId: key.id, tenant: key.tenant, shares: key.shares, budgetUsd: key.budgetUsd };
        if (body.stream === true) return streamed(ask, { ...parts, context, head, asker, includeUsage: body.stream_options?.include_usage === true });
        const answered = await parts.service.answer(ask, asker, { signal: clientGone(context).signal });
        if (answered.end.kind === 'failed') throw failureOf(answered);
        return new JsonAnswer(chatCompletion(head, answered), { headers: withCost(decisionHeaders(ask.id, answered), answered) });
      },
    }),
    route({
      method: 'get',
      path: '/v1/models',
      scope: 'infer',
      summary: 'The models that a request may name',
      answer: modelListSchema,
      handle: () => ({
        object: 'list',
        data: [autoModel, ...parts.models].map((id) => {
          const price = id === autoModel ? undefined : parts.priceOf(id);
          const priced = price === undefined ? {} : { price: { inputUsdPerMTok: price.inputUsdPerMTok, outputUsdPerMTok: price.outputUsdPerMTok } };
          return { id, object: 'model', created: 0, owned_by: 'ratchet', ...priced };
        }),
      }),
    }),
  ];
}

interface StreamParts extends ChatRouteParts {
  readonly context: Exchange;
  readonly head: ChatHead;
  readonly asker: Asker;
  readonly includeUsage: boolean;
}

/** Nothing is sent before the first word, so that an answer that does not begin has a status of its own. */
function streamed(ask: Ask, parts: StreamParts): Promise<Response> {
  const { head, service, context, includeUsage, onError } = parts;
  return new Promise((resolve, reject) => {
    let decided: Suggestion | undefined;
    let stream: EventStream | undefined;
    let broken = false;
    const gone = clientGone(context);
    const begin = (): EventStream => {
      if (stream === undefined) {
        stream = eventStream(context, decided === undefined ? {} : decisionHeaders(ask.id, decided));
        stream.send(chatChunk(head, { role: 'assistant', content: '', refusal: null }));
        resolve(stream.response);
      }
      return stream;
    };
    const breakOff = (error: ServiceError): void => {
      // No [DONE]: clients would take what came for a whole answer.
      if (stream === undefined) reject(error);
      else {
        stream.send(JSON.stringify(errorBody(error)));
        stream.close();
      }
      broken = true;
    };
    service
      .answer(ask, parts.asker, {
        signal: gone.signal,
        onDecided: (suggestion) => {
          decided = suggestion;
        },
        onDelta: (delta) => {
          if (broken) return;
          if (delta.kind === 'text') {
            if (delta.text !== '') begin().send(chatChunk(head, { content: delta.text }));
          } else if (stream !== undefined) {
            breakOff(new ServiceError(502, 'the answer broke off and was begun anew; what came so far does not count', { code: 'answer_withdrawn' }));
            gone.abort(new Error('the stream cannot take back what it sent'));
          }
        },
      })
      .then(
        (answered) => {
          if (broken) return;
          if (answered.end.kind === 'failed') {
            breakOff(failureOf(answered));
            return;
          }
          decided ??= answered;
          const own = begin();
          for (const chunk of lastChunks(head, answered, includeUsage)) own.send(chunk);
          own.close();
        },
        (error: unknown) => {
          const known = asServiceError(error);
          if (known.status === 500) onError(error);
          if (!broken) breakOff(known);
        },
      );
  });
}

function failureOf(answered: Answered): ServiceError {
  if (answered.end.kind === 'answered') throw new Error('an answer is no failure');
  return modelFailure(answered.end.error);
}

/** Text of the arms' names is ASCII mostly; headers hold nothing else. */
function decisionHeaders(id: string, { armId, generation, explored, prediction }: Suggestion): Record<string, string> {
  const headers: Record<string, string> = {
    'x-ratchet-decision': id,
    'x-ratchet-arm': encodeURI(armId),
    'x-ratchet-policy': `generation-${generation}`,
    'x-ratchet-explored': String(explored),
  };
  if (prediction?.costUsd != null) headers['x-ratchet-predicted-cost-usd'] = prediction.costUsd.toPrecision(4);
  return headers;
}

/** Known only once an answer is whole; a stream's is at GET /api/decisions/{id}. */
function withCost(headers: Record<string, string>, { usage, fallbacks }: Answered): Record<string, string> {
  if (usage.costUsd !== null) headers['x-ratchet-cost-usd'] = usage.costUsd.toPrecision(4);
  headers['x-ratchet-fallbacks'] = String(fallbacks);
  return headers;
}

/** Throws a `ServiceError` (400) for a header that is not what it should be. */
function readHeaders({ req }: Exchange): ChatHeaders {
  const amount = (name: string): number | undefined => {
    const given = req.header(name);
    if (given === undefined) return undefined;
    const value = Number(given);
    if (given.trim() === '' || !(value >= 0 && value < 1e9)) throw new ServiceError(400, `the header ${name} takes an amount from 0 on`, { param: name });
    return value;
  };
  const session = req.header('x-ratchet-session');
  if (session !== undefined && session.length > 512)
    throw new ServiceError(400, 'the header x-ratchet-session is longer than 512 characters', { param: 'x-ratchet-session' });
  const generation = amount('x-ratchet-generation');
  if (generation !== undefined && !Number.isInteger(generation))
    throw new ServiceError(400, 'the header x-ratchet-generation takes a whole number', { param: 'x-ratchet-generation' });
  return { session, generation, deadlineMs: amount('x-ratchet-deadline-ms'), budgetUsd: amount('x-ratchet-budget-usd') };
}
