import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExperimentHooks, ExperimentWish, Job, JobEvent, JobList } from '../src/index.ts';
import { readUntil } from './read-events.ts';
import { scriptedWorld, startService, type TestService } from './test-service.ts';

/** An experiment that does what the test says next. */
function steeredExperiments() {
  let running: { readonly wish: ExperimentWish; readonly hooks: ExperimentHooks; end(error?: Error): void } | undefined;
  return {
    run: (wish: ExperimentWish, hooks: ExperimentHooks): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const end = (error?: Error): void => (error === undefined ? resolve({ version: 1, experiment: wish.name, run: 'abc', title: 'x' }) : reject(error));
        running = { wish, hooks, end };
        hooks.signal.addEventListener('abort', () => reject(hooks.signal.reason), { once: true });
      }),
    now: () => {
      if (running === undefined) throw new Error('nothing runs');
      return running;
    },
  };
}

describe('jobs', () => {
  let service: TestService;
  let key: string;
  const experiments = steeredExperiments();
  const about = { title: 'Code', scenario: 'code', generations: 3, seeds: 2, policies: ['learned'] };
  beforeAll(async () => {
    service = await startService({
      world: scriptedWorld(() => ({})),
      runExperiment: experiments.run,
      experiments: async () => [{ name: 'code', ...about }],
      trainer:
        () =>
        async ({ tasks, onProgress }) => {
          for (let done = 1; done <= tasks; done++) onProgress({ done, of: tasks, quality: 0.5, costUsd: 0.25 });
        },
    });
    key = await service.key();
  });
  afterAll(() => service.stop());
  const start = (body: object) => service.post('/api/jobs', body, key);
  const begun = async (body: object): Promise<Job> => (await (await start(body)).json()) as Job;
  const jobs = async (): Promise<readonly Job[]> => ((await (await service.get('/api/jobs', key)).json()) as JobList).jobs;
  const eventsOf = async ({ id }: Job, isLast: (event: JobEvent) => boolean = ({ kind }) => kind === 'end') =>
    (await readUntil(await service.get(`/api/jobs/${id}/events`, key), (event) => isLast(event as JobEvent))) as readonly JobEvent[];

  it('run an experiment as it was wished, whoever watches, one at a time, and say what it came to', async () => {
    const job = await begun({ kind: 'experiment', name: 'code', limit: 5, budgetUsd: 2 });
    expect(job).toMatchObject({ state: 'running', kind: 'experiment', title: 'Experiment code (5 tasks)', budgetUsd: 2, progress: null });
    const { wish, hooks, end } = experiments.now();
    expect(wish).toEqual({ name: 'code', limit: 5, budgetUsd: 2 });
    hooks.onProgress('begun');
    // Its reader leaves, as a page that is closed does.
    expect(await eventsOf(job, ({ kind }) => kind === 'log')).toEqual([{ kind: 'log', line: 'begun' }]);
    const refused = await start({ kind: 'train', tasks: 1 });
    expect([refused.status, await refused.json()]).toMatchObject([409, { error: { code: 'job_running', message: expect.stringContaining(job.title) } }]);
    hooks.onCount?.({ done: 3, of: 10, spentUsd: 0.5 });
    expect((await jobs())[0]).toMatchObject({ id: job.id, state: 'running', progress: { done: 3, of: 10 }, spentUsd: 0.5 });
    hooks.onProgress('half');
    const watched = eventsOf(job);
    end();
    const ended = { id: job.id, state: 'done', result: { experiment: 'code', run: 'abc' }, error: null, spentUsd: 0.5 };
    expect(await watched).toMatchObject([
      { kind: 'log', line: 'begun' },
      { kind: 'log', line: 'half' },
      { kind: 'progress', done: 3, of: 10, spentUsd: 0.5 },
      { kind: 'end', job: ended },
    ]);
    expect((await eventsOf(job)).at(-1)).toMatchObject({ kind: 'end', job: ended });
  });

  it('are stopped by hand, and stay as they ended', async () => {
    const job = await begun({ kind: 'experiment', name: 'code' });
    const { hooks } = experiments.now();
    expect(hooks.signal.aborted).toBe(false);
    await service.post(`/api/jobs/${job.id}/stop`, {}, key);
    expect(hooks.signal.aborted).toBe(true);
    expect((await eventsOf(job)).at(-1)).toMatchObject({ kind: 'end', job: { state: 'stopped', error: null } });
    expect(await (await service.post(`/api/jobs/${job.id}/stop`, {}, key)).json()).toMatchObject({ state: 'stopped' });
    expect((await service.store.audits(9)).map(({ action, detail }) => `${action}: ${detail}`)).toContain('stop job: Experiment code');
  });

  it('say why they failed', async () => {
    const job = await begun({ kind: 'experiment', name: 'code' });
    experiments.now().end(new Error('the disk is full'));
    expect((await eventsOf(job)).at(-1)).toMatchObject({ kind: 'end', job: { state: 'failed', error: 'the disk is full' } });
  });

  it('train on tasks, then learn', async () => {
    const events = await eventsOf(await begun({ kind: 'train', tasks: 3 }));
    expect(events.filter(({ kind }) => kind === 'log')).toEqual([
      ...[1, 2, 3].map((done) => ({ kind: 'log', line: `task ${done} of 3: quality 0.50` })),
      { kind: 'log', line: 'nothing new to learn from' },
    ]);
    expect(events.at(-1)).toMatchObject({ kind: 'end', job: { state: 'done', spentUsd: 0.75, progress: { done: 3, of: 3 }, result: null } });
  });

  it('keep the last two thousand lines, and tell a reader who comes late of the others', async () => {
    const job = await begun({ kind: 'experiment', name: 'code' });
    const { hooks, end } = experiments.now();
    for (let line = 1; line <= 7000; line++) hooks.onProgress(line === 6999 ? 'x'.repeat(100_000) : `line ${line}`);
    end();
    const lines = (await eventsOf(job)).flatMap((event) => (event.kind === 'log' ? [event.line] : []));
    expect(lines.length).toBe(2001);
    expect(lines.slice(0, 2)).toEqual(['(5000 lines before this are no longer kept)', 'line 5001']);
    expect([lines.at(-1), lines.at(-2)?.length]).toEqual(['line 7000', 1003]);
  });

  it('are of what there is', async () => {
    for (const [body, status] of [
      [{ kind: 'experiment', name: '../code' }, 400],
      [{ kind: 'experiment', name: 'other' }, 404],
      [{ kind: 'experiment', name: 'code', limit: 0 }, 400],
      [{ kind: 'experiment', name: 'code', provider: 'live' }, 400],
      [{ kind: 'train' }, 400],
      [{ kind: 'tidy' }, 400],
    ] as const) {
      expect([body, (await start(body)).status]).toEqual([body, status]);
    }
    expect((await service.get('/api/jobs/none/events', key)).status).toBe(404);
    expect((await service.post('/api/jobs/none/stop', {}, key)).status).toBe(404);
    expect(await (await service.get('/api/experiments', key)).json()).toEqual({ experiments: [{ name: 'code', ...about }] });
  });

  it('end with the service', async () => {
    const own = await startService({ world: scriptedWorld(() => ({})), runExperiment: experiments.run, experiments: async () => [{ name: 'code', ...about }] });
    const ownKey = await own.key();
    const job = (await (await own.post('/api/jobs', { kind: 'experiment', name: 'code' }, ownKey)).json()) as Job;
    const watched = readUntil(await own.get(`/api/jobs/${job.id}/events`, ownKey), () => false);
    const { hooks } = experiments.now();
    await own.stop();
    expect(hooks.signal.aborted).toBe(true);
    expect(await watched).toEqual([]);
  });
});
