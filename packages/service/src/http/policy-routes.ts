/** What the service has learned: its generations, which of them serves, and who may change that. */
import type { Store } from '@ratchet/core';
import { SnapshotError } from '@ratchet/learning';
import { z } from 'zod';
import type { BackgroundLearner } from '../learning/background-learner.ts';
import { ServiceError } from '../service-error.ts';
import type { LivePolicy } from '../serving/live-policy.ts';
import { rolledBackReason } from '../serving/serving-reason.ts';
import { clientGone } from './client-gone.ts';
import { eventStream } from './event-stream.ts';
import { type Route, route } from './route.ts';

/** Learns on purpose, beside what traffic brings; tells what it does. Rejects with the signal's reason. */
export type Trainer = (options: {
  readonly tasks: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly done: number; readonly of: number; readonly quality: number | null; readonly costUsd: number | null }) => void;
}) => Promise<void>;

export interface PolicyRouteParts {
  readonly store: Store;
  readonly live: LivePolicy;
  readonly learner: BackgroundLearner;
  readonly now: () => number;
  /** Absent where there are no tasks to train on. */
  readonly trainer: Trainer | undefined;
}

const generationSchema = z.object({
  generation: z.int(),
  at: z.string().nullable(),
  entries: z.int().describe('Of the log, that it has learned from'),
  serving: z.boolean(),
  quarantined: z.string().nullable(),
});

const promoteSchema = z.strictObject({ generation: z.int().min(0), reason: z.string().max(500).default('by hand') });
const rollBackSchema = z.strictObject({ reason: z.string().max(500).default('by hand') });
const trainSchema = z.strictObject({
  tasks: z.int().min(0).max(10_000).default(0).describe('Of the scenario, to be executed and scored first; 0 learns from the log as it is'),
});

export function policyRoutes({ store, live, learner, now, trainer }: PolicyRouteParts): readonly Route[] {
  const generations = async () => {
    const [snapshots, serving] = [await store.snapshots(), live.current().generation];
    const first = { generation: 0, atMs: null, sequence: 0, quarantined: null };
    return [first, ...snapshots].map(({ generation, atMs, sequence, quarantined }) => ({
      generation,
      at: atMs === null ? null : new Date(atMs).toISOString(),
      entries: sequence,
      serving: generation === serving,
      quarantined,
    }));
  };
  const serve = async (generation: number, reason: string, keyId: string, action: string): Promise<{ readonly serving: number }> => {
    try {
      await live.open(generation);
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      throw new ServiceError(409, error.message, { code: 'generation_unusable', cause: error });
    }
    await store.setServing({ generation, atMs: now(), reason });
    await store.audit({ atMs: now(), keyId, action, detail: `${generation}: ${reason}` });
    await live.refresh();
    return { serving: live.current().generation };
  };
  return [
    route({
      method: 'get',
      path: '/api/generations',
      scope: 'admin',
      summary: 'All generations',
      answer: z.object({ generations: z.array(generationSchema) }),
      handle: async () => ({ generations: await generations() }),
    }),
    route({
      method: 'get',
      path: '/api/policies',
      scope: 'admin',
      summary: 'Which generation serves, and which did, the newest first',
      answer: z.object({ serving: z.int(), history: z.array(z.object({ generation: z.int(), at: z.string(), reason: z.string() })) }),
      handle: async () => ({
        serving: live.current().generation,
        history: (await store.servings(100)).map(({ generation, atMs, reason }) => ({ generation, at: new Date(atMs).toISOString(), reason })),
      }),
    }),
    route<z.infer<typeof promoteSchema>>({
      method: 'post',
      path: '/api/policies/promote',
      scope: 'admin',
      summary: 'Lets a generation serve, whatever the gate says of it',
      body: promoteSchema,
      answer: z.object({ serving: z.int() }),
      handle: ({ body, key }) => serve(body.generation, body.reason, key.id, 'promote'),
    }),
    route<z.infer<typeof rollBackSchema>>({
      method: 'post',
      path: '/api/policies/rollback',
      scope: 'admin',
      summary: 'Lets the generation serve again that served before',
      body: rollBackSchema,
      answer: z.object({ serving: z.int() }),
      handle: async ({ body, key }) => {
        const [current, ...earlier] = await store.servings(100);
        const before = earlier.find(({ generation }) => generation !== current?.generation)?.generation ?? 0;
        return serve(before, rolledBackReason(body.reason), key.id, 'rollback');
      },
    }),
    route({
      method: 'get',
      path: '/api/audit',
      scope: 'admin',
      summary: 'What was done with which key, the newest first',
      answer: z.object({ entries: z.array(z.object({ at: z.string(), key: z.string(), action: z.string(), detail: z.string() })) }),
      handle: async () => ({
        entries: (await store.audits(200)).map(({ atMs, keyId, action, detail }) => ({ at: new Date(atMs).toISOString(), key: keyId, action, detail })),
      }),
    }),
    route<z.infer<typeof trainSchema>>({
      method: 'post',
      path: '/api/train',
      scope: 'admin',
      summary: 'Makes a generation now, and judges the one before it; its progress comes as server-sent events',
      body: trainSchema,
      answer: 'text/event-stream',
      handle: async ({ body, key, context }) => {
        if (body.tasks > 0 && trainer === undefined) throw new ServiceError(400, 'this service has no tasks to train on', { param: 'tasks' });
        await store.audit({ atMs: now(), keyId: key.id, action: 'train', detail: `${body.tasks} tasks` });
        const stream = eventStream(context, {});
        const { signal } = clientGone(context);
        const work = async (): Promise<void> => {
          if (body.tasks > 0)
            await trainer?.({ tasks: body.tasks, signal, onProgress: (progress) => stream.send(JSON.stringify({ kind: 'task', ...progress })) });
          for (const progress of await learner.turn({ force: true })) stream.send(JSON.stringify(progress));
          stream.send(JSON.stringify({ kind: 'done', serving: live.current().generation }));
        };
        work()
          .catch((error: unknown) => stream.send(JSON.stringify({ kind: 'failed', why: (error as Error).message })))
          .finally(() => stream.close());
        return stream.response;
      },
    }),
  ];
}
