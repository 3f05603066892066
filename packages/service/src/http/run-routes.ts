/** What experiments left behind: runs, their trials, and how two of them compare. */
import { ConfigError, type Summary } from '@ratchet/harness';
import { z } from 'zod';
import { type ComparedSide, compareRuns } from '../runs/compare-runs.ts';
import { runHead } from '../runs/run-head.ts';
import type { RunLibrary, RunPlace, StoredRun, StoredSpan } from '../runs/run-library.ts';
import { ServiceError } from '../service-error.ts';
import { readQuery } from './read-query.ts';
import { type HttpContext, type Route, route } from './route.ts';
import {
  comparisonSchema,
  type RunComparison,
  type RunDetail,
  runDetailSchema,
  runListSchema,
  type TraceSpan,
  type TrialDetail,
  trialDetailSchema,
  trialPageSchema,
  trialPhases,
  trialStatuses,
} from './run-answers.ts';

/** A name of a folder that leads nowhere else. */
const folderName = /^[a-z0-9_][a-z0-9._-]{0,127}$/i;

const trialQuery = z.strictObject({
  policy: z.string().max(256).optional(),
  task: z.string().max(256).optional(),
  phase: z.enum(trialPhases).optional(),
  status: z.enum(trialStatuses).optional(),
  sort: z
    .enum(['quality', '-quality', 'costUsd', '-costUsd', 'latencyMs', '-latencyMs'])
    .optional()
    .describe('With - the greatest first; by default as they were run'),
  offset: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
});

const side = z.string().max(600).describe('EXPERIMENT/RUN:POLICY');
const compareQuery = z.strictObject({ a: side, b: side });

export function runRoutes(library: RunLibrary): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/api/runs',
      scope: 'admin',
      summary: 'Runs of experiments, the newest first',
      answer: runListSchema,
      handle: async () => {
        const heads = await library.entries(runHead);
        return { runs: heads.toSorted((a, b) => compareTexts(b.startedAt ?? '', a.startedAt ?? '') || compareTexts(a.run, b.run)) };
      },
    }),
    route({
      method: 'get',
      path: '/api/runs/{experiment}/{run}',
      scope: 'admin',
      summary: 'A run: its summary, its manifest and what each policy came to on each task',
      answer: runDetailSchema,
      handle: async ({ context }): Promise<RunDetail> => {
        const { summary, manifest, outcomes } = await finishedRun(library, placeOf(context));
        return { summary, manifest, outcomes: (outcomes ?? []).map((row) => ({ ...row })) };
      },
    }),
    route({
      method: 'get',
      path: '/api/runs/{experiment}/{run}/trials',
      scope: 'admin',
      summary: 'Trials of a run',
      query: trialQuery,
      answer: trialPageSchema,
      handle: async ({ context }) => {
        const place = placeOf(context);
        const { sort, ...wishes } = readQuery(context, trialQuery);
        const order = sort === undefined ? undefined : orderOf(sort);
        const page = await readable(library.trials(place, { ...wishes, order }));
        if (page === undefined) throw noTrials(place);
        return page;
      },
    }),
    route({
      method: 'get',
      path: '/api/runs/{experiment}/{run}/trials/{trial}',
      scope: 'admin',
      summary: 'A trial with its request, its answer and its trace, as far as they are there',
      answer: trialDetailSchema,
      handle: async ({ context }): Promise<TrialDetail> => {
        const place = placeOf(context);
        const id = context.req.param('trial') ?? '';
        const trial = await readable(library.trial(place, id));
        if (trial === undefined) throw new ServiceError(404, `the log of ${place.experiment}/${place.run} has no trial "${id}"`, { code: 'trial_not_found' });
        const { request, repeated, trace } = await readable(library.beside(place, trial));
        const traced = trace === null ? null : answerIn(trace);
        return {
          trial,
          request,
          answer: traced ?? repeated,
          answerFrom: traced !== null ? 'trace' : repeated !== null ? 'repeated' : null,
          trace: trace as TraceSpan | null,
        };
      },
    }),
    route({
      method: 'get',
      path: '/api/compare',
      scope: 'admin',
      summary: 'Two policies on the same tasks, of one run or of two',
      query: compareQuery,
      answer: comparisonSchema,
      handle: async ({ context }): Promise<RunComparison> => {
        const { a, b } = readQuery(context, compareQuery);
        return compareRuns(await sideOf(library, a, 'a'), await sideOf(library, b, 'b'));
      },
    }),
  ];
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Throws a `ServiceError` (400) for a name that could lead out of the folder of results. */
export function checkedPlace(experiment: string, run: string): RunPlace {
  for (const name of [experiment, run])
    if (!folderName.test(name))
      throw new ServiceError(400, `"${name}" is no name of an experiment or a run: letters, digits, ".", "_" and "-"`, { code: 'bad_name' });
  return { experiment, run };
}

function placeOf({ req }: HttpContext): RunPlace {
  return checkedPlace(req.param('experiment') ?? '', req.param('run') ?? '');
}

async function sideOf(library: RunLibrary, text: string, param: string): Promise<ComparedSide> {
  const [, experiment, run, policy] = /^([^/:]+)\/([^/:]+):(.+)$/.exec(text) ?? [];
  if (experiment === undefined || run === undefined || policy === undefined)
    throw new ServiceError(400, `${param}: "${text}" is not EXPERIMENT/RUN:POLICY`, { param });
  const place = checkedPlace(experiment, run);
  const stored = await finishedRun(library, place);
  if (!Object.hasOwn(stored.summary.policies, policy))
    throw new ServiceError(404, `${experiment}/${run} has no policy "${policy}"; it has ${Object.keys(stored.summary.policies).join(', ')}`, {
      param,
      code: 'policy_not_found',
    });
  return { ...place, policy, stored };
}

/** Throws a `ServiceError`: 404 for a run that is not there, 409 for one that has no summary yet, or cannot be read. */
async function finishedRun(library: RunLibrary, place: RunPlace): Promise<StoredRun & { readonly summary: Summary }> {
  const stored = await readable(library.run(place));
  if (stored === undefined) throw new ServiceError(404, `there is no run ${place.experiment}/${place.run}`, { code: 'run_not_found' });
  const { summary } = stored;
  if (summary === null)
    throw new ServiceError(409, `${place.experiment}/${place.run} has no summary yet: it is being run, or was ended before`, { code: 'run_unfinished' });
  return { ...stored, summary };
}

async function readable<Read>(reading: Promise<Read>): Promise<Read> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof ConfigError) throw new ServiceError(409, error.message, { cause: error, code: 'run_unreadable' });
    throw error;
  }
}

function noTrials({ experiment, run }: RunPlace): ServiceError {
  return new ServiceError(404, `${experiment}/${run} has no trials.jsonl: runs that are committed are without it; the same experiment, run here, has one`, {
    code: 'no_trials',
  });
}

function orderOf(sort: NonNullable<z.output<typeof trialQuery>['sort']>) {
  const descending = sort.startsWith('-');
  return { by: (descending ? sort.slice(1) : sort) as 'quality' | 'costUsd' | 'latencyMs', descending };
}

/** Content is kept of live runs, and where it was asked for. */
function answerIn({ content, children }: StoredSpan): string | null {
  const own = content?.['answer'];
  if (typeof own === 'string') return own;
  for (const child of children) {
    const found = answerIn(child);
    if (found !== null) return found;
  }
  return null;
}
