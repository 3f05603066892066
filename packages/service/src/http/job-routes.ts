/** Experiments that can be run, and jobs that run one or train. */
import type { Store } from '@ratchet/core';
import { z } from 'zod';
import type { JobBoard } from '../jobs/job-board.ts';
import { ServiceError } from '../service-error.ts';
import { type ExperimentList, experimentListSchema, type Job, type JobWish, jobListSchema, jobSchema, jobWishSchema } from './job-answers.ts';
import { eventText, pulledStream } from './pulled-stream.ts';
import { type HttpContext, type Route, route } from './route.ts';

export interface JobRouteParts {
  readonly board: JobBoard;
  /** Those that can be run; undefined where none can. */
  readonly experiments: (() => Promise<ExperimentList['experiments']>) | undefined;
  /** Whether there are tasks to train on. */
  readonly trains: boolean;
  readonly store: Store;
  readonly now: () => number;
  /** Aborted when the server is to close. */
  readonly ended: AbortSignal;
}

const quietMs = 15_000;

export function jobRoutes({ board, experiments, trains, store, now, ended }: JobRouteParts): readonly Route[] {
  const known = async (): Promise<ExperimentList['experiments']> => (await experiments?.()) ?? [];
  return [
    route({
      method: 'get',
      path: '/api/experiments',
      scope: 'admin',
      summary: 'Experiments that can be run',
      answer: experimentListSchema,
      handle: async () => ({ experiments: await known() }),
    }),
    route({
      method: 'get',
      path: '/api/jobs',
      scope: 'admin',
      summary: 'Jobs of this process, the newest first',
      answer: jobListSchema,
      handle: () => ({ jobs: board.jobs() }),
    }),
    route<JobWish>({
      method: 'post',
      path: '/api/jobs',
      scope: 'admin',
      summary: 'Runs an experiment, or trains; goes on whoever watches. One at a time',
      body: jobWishSchema,
      answer: jobSchema,
      handle: async ({ body, key }): Promise<Job> => {
        if (body.kind === 'experiment') {
          const names = (await known()).map(({ name }) => name);
          if (!names.includes(body.name))
            throw new ServiceError(404, `there is no experiment "${body.name}" here; there are: ${names.join(', ')}`, {
              param: 'name',
              code: 'experiment_not_found',
            });
        } else if (body.tasks > 0 && !trains) throw new ServiceError(400, 'this service has no tasks to train on', { param: 'tasks' });
        const job = board.start(body);
        await store.audit({ atMs: now(), keyId: key.id, action: 'job', detail: job.title });
        return job;
      },
    }),
    route({
      method: 'get',
      path: '/api/jobs/{id}/events',
      scope: 'admin',
      summary: 'The log of a job from its start, and what it says from then on, as server-sent events',
      answer: 'text/event-stream',
      handle: ({ context }) => {
        const id = idOf(context);
        const reader = board.read(id);
        if (reader === undefined) throw noJob(id);
        const next = async (signal: AbortSignal): Promise<string | null> => {
          const events = await reader.next(quietMs, signal);
          if (events === null) return null;
          return events.length === 0 ? ': still here\n\n' : events.map(eventText).join('');
        };
        return pulledStream(next, { ended });
      },
    }),
    route({
      method: 'post',
      path: '/api/jobs/{id}/stop',
      scope: 'admin',
      summary: 'Ends a job after what is under way; an experiment that is run again goes on from there',
      body: z.strictObject({}),
      answer: jobSchema,
      handle: async ({ context, key }): Promise<Job> => {
        const id = idOf(context);
        const job = board.stop(id);
        if (job === undefined) throw noJob(id);
        await store.audit({ atMs: now(), keyId: key.id, action: 'stop job', detail: job.title });
        return job;
      },
    }),
  ];
}

function idOf({ req }: HttpContext): string {
  return req.param('id') ?? '';
}

function noJob(id: string): ServiceError {
  return new ServiceError(404, `there is no job "${id}" of this process`, { code: 'job_not_found' });
}
