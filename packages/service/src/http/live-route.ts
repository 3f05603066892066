/** `GET /api/live`: what happens, to watch. */
import type { Clock } from '@ratchet/core';
import { z } from 'zod';
import { ServiceError } from '../service-error.ts';
import type { FeedBatch, LiveFeed } from '../serving/live-feed.ts';
import { armWords } from './arm-words.ts';
import { liveDecisionSchema } from './live-decision.ts';
import { eventText, pulledStream } from './pulled-stream.ts';
import { type Route, route } from './route.ts';

const verdictSchema = z
  .union([
    z.object({ kind: z.literal('refused'), reason: z.string() }),
    z.object({ kind: z.literal('estimated'), value: z.number(), low: z.number(), high: z.number() }),
  ])
  .nullable();

const learningSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folded'), generation: z.int(), entries: z.int() }),
  z.object({ kind: z.literal('judged'), generation: z.int(), utility: verdictSchema, quality: verdictSchema }),
  z.object({ kind: z.literal('promoted'), generation: z.int() }),
  z.object({ kind: z.literal('kept-out'), generation: z.int(), why: z.string() }),
  z.object({ kind: z.literal('rolled-back'), from: z.int(), to: z.int(), why: z.string() }),
  z.object({ kind: z.literal('failed'), why: z.string() }),
]);

export const liveMessageSchema = z.object({
  decisions: z.array(liveDecisionSchema),
  feedback: z.array(z.object({ decision: z.string(), quality: z.number() })),
  learning: z.array(learningSchema),
  dropped: z.int().describe('Of this message, what the reader was too slow for; the oldest is left out'),
});
export type LiveMessage = z.infer<typeof liveMessageSchema>;

export interface LiveRouteParts {
  readonly feed: LiveFeed;
  /** Of real time. */
  readonly clock: Clock;
  /** Aborted when the server is to close. */
  readonly ended: AbortSignal;
}

/** Between two messages, and between two signs of life. */
const gatherMs = 100;
const quietMs = 15_000;
/** Each keeps up to three thousand entries. */
const mostWatchers = 100;

export function liveRoute({ feed, clock, ended }: LiveRouteParts): Route {
  return route({
    method: 'get',
    path: '/api/live',
    scope: 'admin',
    summary: 'What this process decides, is told and learns, as server-sent events: a message at most every 100 ms',
    answer: 'text/event-stream',
    handle: () => {
      if (feed.watchers >= mostWatchers) throw new ServiceError(429, `${mostWatchers} are watching already`, { retryAfterMs: quietMs });
      const watcher = feed.watch();
      let first = true;
      const next = async (signal: AbortSignal): Promise<string> => {
        if (first) {
          // Tells that it is connected.
          first = false;
          return eventText(messageOf({ decisions: [], feedback: [], learning: [], dropped: 0 }));
        }
        await clock.sleep(gatherMs, signal);
        const batch = await watcher.next(quietMs, signal);
        return batch === null ? ': still here\n\n' : eventText(messageOf(batch));
      };
      return pulledStream(next, { ended, onEnd: () => watcher.close() });
    },
  });
}

function messageOf({ decisions, feedback, learning, dropped }: FeedBatch): LiveMessage {
  return {
    decisions: decisions.map(({ armId, ...decision }) => ({ ...decision, ...armWords(armId) })),
    feedback: [...feedback],
    learning: [...learning],
    dropped,
  };
}
