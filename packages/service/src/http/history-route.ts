/** `GET /api/history`: what a tenant asked, the newest first. */
import type { LogEntry, Store } from '@ratchet/core';
import { z } from 'zod';
import { armWords } from './arm-words.ts';
import { liveDecisionSchema } from './live-decision.ts';
import { readQuery } from './read-query.ts';
import { type Route, route } from './route.ts';

export const historySchema = z.object({
  items: z.array(
    liveDecisionSchema.extend({
      sequence: z.int(),
      text: z.string().describe('The first 500 characters of the request'),
      quality: z.number().nullable(),
    }),
  ),
  next: z.int().nullable().describe('`before` of the next page; null where this is the last'),
});
export type History = z.infer<typeof historySchema>;

const longestText = 500;
const query = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: z.coerce.number().int().min(0).default(Number.MAX_SAFE_INTEGER),
});

export function historyRoute(store: Store): Route {
  return route({
    method: 'get',
    path: '/api/history',
    scope: 'infer',
    summary: 'What you asked, and what came of it, the newest first',
    answer: historySchema,
    query,
    handle: async ({ context, key }): Promise<History> => {
      const { limit, before } = readQuery(context, query);
      const entries = await store.executionsOf(key.tenant, { before, limit: limit + 1 });
      const shown = entries.slice(0, limit);
      return { items: shown.map(itemOf), next: entries.length > limit ? (shown.at(-1)?.sequence ?? null) : null };
    },
  });
}

function itemOf({ sequence, decision, quality }: LogEntry): History['items'][number] {
  const { id, atMs, text, armId, generation, explored, status, costUsd, latencyMs } = decision;
  return {
    sequence,
    id,
    at: new Date(atMs).toISOString(),
    text: text.slice(0, longestText),
    ...armWords(armId),
    generation,
    explored,
    status,
    costUsd,
    latencyMs,
    quality,
  };
}
