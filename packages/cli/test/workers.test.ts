import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@ratchet/core';
import { openPostgresJobQueue } from '@ratchet/store';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres, whyNoServer } from '../../store/test/postgres/postgres-server.ts';
import { type LiveServer, liveServer } from './live-server.ts';
import { logsOf, newPlace, onlyRun, type Place, type Started, summaryOf, tinyExperiment } from './ratchet.ts';

const missing = whyNoServer();
const clock = systemClock();
const experiment = tinyExperiment({ policies: '[heuristic, random, learned]', seeds: '2', heldoutRepeats: '3', validationRepeats: '3', trainRepeats: '5' });
const words = ['experiment', experiment, '--run', 'one', '--json'];

/** As the tiny scenario prices its models. */
const prices = { small: { inputUsdPerMTok: 0.15, outputUsdPerMTok: 0.6 }, large: { inputUsdPerMTok: 30, outputUsdPerMTok: 60 } };

describe.skipIf(missing !== undefined)(`experiments over several machines${missing === undefined ? '' : ` (${missing})`}`, () => {
  let postgres: PostgresServer;
  let models: LiveServer;
  let database: pg.Client;
  let env: Readonly<Record<string, string>>;
  type Worker = Started & { readonly said: () => string };
  const started: Started[] = [];
  let worker: Worker;
  const machines = newPlace();
  let whole: { logs: ReturnType<typeof logsOf>; summary: ReturnType<typeof summaryOf> };

  const startWorker = async (): Promise<Worker> => {
    const one = machines.start(['worker', '--threads', '1'], { env });
    started.push(one);
    let said = '';
    one.child.stderr?.on('data', (data: Buffer) => (said += data));
    await until(() => said.includes('Waiting for experiments'));
    return { ...one, said: () => said };
  };
  const rows = async (sql: string) => (await database.query(sql)).rows;
  const expectWhole = async (place: Place, ended: { readonly code: number | null; readonly stdout: string }): Promise<void> => {
    expect(ended.code).toBe(0);
    expect(logsOf(place)).toEqual(whole.logs);
    expect(summaryOf(ended.stdout)).toEqual(whole.summary);
    // Nothing of a run that is complete is left.
    for (const table of ['runs', 'jobs', 'records', 'holds', 'accounts']) expect(await rows(`SELECT * FROM ratchet_jobs.${table}`)).toEqual([]);
  };

  beforeAll(async () => {
    const place = newPlace();
    const [server, live, { code, stdout }] = await Promise.all([
      startPostgres(),
      liveServer(prices, () => '## France\n\nParis, on the Seine.'),
      place.call([...words, '--threads', '1']),
    ]);
    expect(code).toBe(0);
    [postgres, models] = [server, live];
    whole = { logs: logsOf(place), summary: summaryOf(stdout) };
    env = {
      DATABASE_URL: server.url,
      OPENAI_API_KEY: 'sk-1',
      OPENAI_BASE_URL: live.baseUrl,
      ...{ ANTHROPIC_API_KEY: '', GEMINI_API_KEY: '', ANTHROPIC_BASE_URL: '', GEMINI_BASE_URL: '' },
    };
    database = new pg.Client({ connectionString: server.url });
    await database.connect();
  });
  afterAll(async () => {
    for (const { child } of started) child.kill('SIGKILL');
    await database?.end();
    await Promise.all([postgres?.stop(), models?.close()]);
  });

  it('gives a run with two workers, or with two that are killed and one that takes over, the bytes of a run alone', async () => {
    const both = await Promise.all([startWorker(), startWorker()]);
    const one = newPlace();
    await expectWhole(one, await one.call([...words, '--workers'], { env }));

    const two = newPlace();
    const running = two.start([...words, '--workers'], { env });
    started.push(running);
    // Killed in the midst of what takes longest.
    await until(async () => (await rows("SELECT 1 FROM ratchet_jobs.jobs WHERE key LIKE 'seed%learned' AND state = 'taken'")).length > 0);
    for (const { child } of both) child.kill('SIGKILL');
    await Promise.all(both.map(({ ended }) => ended));
    // As if half a minute had passed without a sign of them.
    await rows("UPDATE ratchet_jobs_boss.job SET heartbeat_on = heartbeat_on - interval '30 seconds' WHERE state = 'active'");
    worker = await startWorker();
    // Some 5 s, of which its start is the most: the limit is eight times that.
    let again = 0;
    await until(async () => {
      again = Math.max(again, ...(await rows('SELECT attempt FROM ratchet_jobs.jobs')).map(({ attempt }) => attempt));
      return again > 0 || running.child.exitCode !== null;
    }, 40_000).catch(async (cause: unknown) => {
      const [jobs, deliveries] = [await rows('SELECT key, attempt, state FROM ratchet_jobs.jobs'), await rows('SELECT *, now() FROM ratchet_jobs_boss.job')];
      throw new Error(`nothing was taken over: ${JSON.stringify({ jobs, deliveries, said: worker.said() })}`, { cause });
    });
    expect(again).toBe(1);
    await expectWhole(two, await running.ended);
  });

  it('stops when it is interrupted, keeps what was found, and goes on to the same bytes with threads of its own; a worker that is ended hands back what it has', async () => {
    const place = newPlace();
    const running = place.start([...words, '--workers'], { env });
    started.push(running);
    await until(async () => (await rows("SELECT 1 FROM ratchet_jobs.records WHERE part LIKE 'seed%'")).length > 0);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    const kept = await rows('SELECT part, id, json FROM ratchet_jobs.records ORDER BY 1, 2');
    expect(kept.length).toBeGreaterThan(0);
    worker.child.kill('SIGTERM');
    expect((await worker.ended).code).toBe(0);

    const ended = await place.call([...words, '--workers', '--threads', '1'], { env });
    expect(ended.stderr).toContain('going on with');
    await expectWhole(place, ended);
  });

  it('is refused by a worker of other code, and by one with other files, which say so', async () => {
    worker = await startWorker();
    const queue = await openPostgresJobQueue({ url: postgres.url });
    const other = await queue.offer({ id: 'other code', words: '{}', codeVersion: '0123' }, { anew: 'always' });
    await until(() => worker.said().includes('refused: other code: it is of other code (0123'));
    await other.remove();
    const codeVersion = /code ([0-9a-f]+)/.exec(worker.said())?.[1] ?? '';
    const shared = { words: { name: experiment }, planId: 'another', run: 'one', concurrency: 1 };
    const files = await queue.offer({ id: 'other files', words: JSON.stringify(shared), codeVersion }, { anew: 'always' });
    await files.add({ key: 'a', json: '{}' });
    await until(() => worker.said().includes('refused: other files: its scenario, data or models are not those of the coordinator'));
    await files.remove();
    await queue.close();
  });

  it('keeps to the budget of a live run with two workers, books every cent, and goes on with more money', async () => {
    await startWorker();
    const place = newPlace();
    const live = [
      'experiment',
      tinyExperiment({ policies: '[heuristic, random]' }),
      '--provider',
      'live',
      '--run',
      'one',
      '--workers',
      '--no-trace',
      '--limit',
      '8',
    ];
    const spentUsd = (): number =>
      readFileSync(join(onlyRun(place), 'spending.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .reduce((sum, line) => sum + (JSON.parse(line) as { costUsd: number }).costUsd, 0);
    const poor = await place.call([...live, '--budget-usd', '0.25'], { env });
    expect([poor.code, poor.stderr]).toEqual([4, expect.stringContaining('Stopped at the budget')]);
    expect(models.counts.billedUsd).toBeGreaterThan(0);
    expect(models.counts.billedUsd).toBeLessThanOrEqual(0.25);
    const rich = await place.call([...live, '--budget-usd', '100'], { env });
    expect([rich.code, rich.stderr]).toEqual([0, expect.any(String)]);
    expect(spentUsd()).toBeCloseTo(models.counts.billedUsd, 9);
    const { trials } = logsOf(place);
    const ids = (trials ?? '')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { id: string }).id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('an experiment with workers', () => {
  it('says which database is wanted, and what it cannot do', async () => {
    const place = newPlace();
    const call = (...more: readonly string[]) => place.call([...words, '--workers', ...more], { env: { DATABASE_URL: '' } });
    expect(await call()).toMatchObject({ code: 2, stderr: expect.stringContaining('set DATABASE_URL') });
    const unreachable = await call('--database-url', 'postgresql://nobody@127.0.0.1:1/none');
    expect(unreachable).toMatchObject({ code: 2, stderr: expect.stringContaining('ECONNREFUSED') });
    expect(await place.call(['worker'], { env: { DATABASE_URL: '' } })).toMatchObject({ code: 2, stderr: expect.stringContaining('--database-url') });
    expect(await call('--provider', 'live', '--cache', 'x')).toMatchObject({ code: 2, stderr: expect.stringContaining('--workers does not go with') });
  });
});

async function until(what: () => Promise<boolean> | boolean, patienceMs = 100_000): Promise<void> {
  const begun = clock.now();
  while (!(await what())) {
    if (clock.now() - begun > patienceMs) throw new Error('it did not come');
    await clock.sleep(20);
  }
}
