/** What can be asked about decisions, and said of their answers. */
import type { Clock, Store } from '@ratchet/core';
import { z } from 'zod';
import { ServiceError } from '../service-error.ts';
import { JsonAnswer } from './json-answer.ts';
import { type Route, route, straightRoute } from './route.ts';

export interface DecisionRouteParts {
  readonly store: Store;
  /** Of real time. */
  readonly clock: Clock;
  readonly now: () => number;
  /** Told of feedback that is new. */
  readonly onFeedback?: (judged: { readonly decision: string; readonly quality: number }) => void;
}

/** What goes into a database as it is: letters and signs that can be seen. */
export const name = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'from 1 to 128 visible characters of ASCII');

const feedbackSchema = z
  .strictObject({
    decision: name.describe('The header x-ratchet-decision, or the id of the completion'),
    quality: z.number().min(0).max(1),
    id: name.optional().describe('Names the feedback; by default the decision does. Sent again, the same counts once'),
  })
  .describe('How good an answer was: 0 useless, 1 perfect');

const decisionSchema = z.object({
  id: z.string(),
  at: z.string(),
  arm: z.string(),
  propensity: z.number(),
  generation: z.int(),
  explored: z.boolean(),
  learnable: z.boolean(),
  status: z.string(),
  costUsd: z.number().nullable(),
  latencyMs: z.number().nullable(),
  predictedQuality: z.number().nullable(),
  predictedCostUsd: z.number().nullable(),
  quality: z.number().nullable(),
});

export function decisionRoutes({ store, clock, now, onFeedback }: DecisionRouteParts): readonly Route[] {
  return [
    straightRoute<z.infer<typeof feedbackSchema>>({
      method: 'post',
      path: '/v1/feedback',
      scope: 'feedback',
      summary: 'Says how good an answer was. It is on the disk when it is acknowledged',
      body: feedbackSchema,
      answer: z.object({ decision: z.string(), status: z.enum(['recorded', 'known']) }),
      handle: async ({ body, key }) => {
        const end = await recordJudgement(body, { store, clock, now, keyId: key.id, tenant: key.tenant });
        if (end === 'recorded') onFeedback?.(body);
        return new JsonAnswer({ decision: body.decision, status: end });
      },
    }),
    route({
      method: 'get',
      path: '/api/decisions/{id}',
      scope: 'infer',
      summary: 'A decision of yours, and what came of it',
      answer: decisionSchema,
      handle: async ({ context, key }) => {
        const id = context.req.param('id') ?? '';
        const found = await store.decision(id);
        // Another tenant's is not there, in the same words.
        if (found === undefined || found.decision.tenant !== key.tenant)
          throw new ServiceError(404, `there is no decision "${id}" of yours`, { code: 'decision_not_found' });
        const {
          text: _text,
          session: _session,
          keyId: _keyId,
          tenant: _tenant,
          candidates: _candidates,
          predictedRegret: _regret,
          family: _family,
          tools: _tools,
          atMs,
          armId,
          ...decision
        } = found.decision;
        return { ...decision, at: new Date(atMs).toISOString(), arm: armId, quality: found.quality };
      },
    }),
  ];
}

export interface JudgementParts {
  readonly store: Store;
  /** Of real time. */
  readonly clock: Clock;
  readonly now: () => number;
  readonly keyId: string;
  readonly tenant: string;
}

/** Another replica may have answered, and be about to record it: so long is asked again, in milliseconds. */
const patience = [50, 150, 400];

/** Throws a `ServiceError`: 404 for a decision that the tenant has not, 409 where there is other feedback. */
export async function recordJudgement(
  { decision, quality, id = decision }: { readonly decision: string; readonly quality: number; readonly id?: string | undefined },
  { store, clock, now, keyId, tenant }: JudgementParts,
): Promise<'recorded' | 'known'> {
  const record = () => store.recordFeedback({ id, decisionId: decision, keyId, tenant, quality, atMs: now() });
  let end = await record();
  for (const ms of patience) {
    if (end !== 'no-decision') break;
    await clock.sleep(ms);
    end = await record();
  }
  if (end === 'no-decision') throw new ServiceError(404, `there is no decision "${decision}" of yours`, { param: 'decision', code: 'decision_not_found' });
  if (end === 'conflict') throw new ServiceError(409, 'there is other feedback on this decision, and it stands', { code: 'feedback_conflict' });
  return end;
}
