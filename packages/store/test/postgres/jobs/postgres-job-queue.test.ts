import { StoreError, systemClock } from '@ratchet/core';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { JobQueue, OfferedRun, TakenJob } from '../../../src/jobs/job-queue.ts';
import { openPostgresJobQueue } from '../../../src/postgres/jobs/postgres-job-queue.ts';
import { type PostgresServer, startPostgres, whyNoServer } from '../postgres-server.ts';

const missing = whyNoServer();
const clock = systemClock();
const progress = { units: 1, costUsd: 0, what: '' };
const run = (id: string) => ({ id, words: '{}', codeVersion: 'v1' });

async function until(what: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; !(await what()); tries++) {
    if (tries > 1500) throw new Error('it did not come');
    await clock.sleep(10);
  }
}

describe.skipIf(missing !== undefined)(`jobs in PostgreSQL${missing === undefined ? '' : ` (${missing})`}`, () => {
  const schema = `jobs_${process.pid}`;
  let server: PostgresServer;
  let opened: JobQueue[] = [];
  const open = async (): Promise<JobQueue> => {
    const queue = await openPostgresJobQueue({ url: server.url, schema });
    opened.push(queue);
    return queue;
  };
  const found = async (queue: JobQueue, id: string): Promise<OfferedRun> => (await queue.offered()).find((one) => one.id === id) as OfferedRun;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterEach(async () => {
    await Promise.all(opened.map((queue) => queue.close()));
    opened = [];
  });
  afterAll(() => server.stop());

  it('gives each job to one of several workers, and keeps what comes of it', async () => {
    const [coordinator, ...workers] = [await open(), await open(), await open()];
    const offer = await coordinator.offer(run('shared'), { anew: 'never' });
    const keys = ['a', 'b', 'c', 'd'];
    for (const key of keys) await offer.add({ key, json: `"${key}"` });
    expect(await found(coordinator, 'shared')).toMatchObject({ words: '{}', codeVersion: 'v1', waiting: 4 });
    const taken: string[] = [];
    for (const worker of workers) {
      await worker.work(await found(worker, 'shared'), 1, async (job) => {
        taken.push(job.json);
        expect(await job.keep([{ part: 'p', id: job.key, json: '1' }], { units: 2, costUsd: 0.5, what: 'work' })).toBe(true);
        expect(await job.finish(`done ${job.key}`)).toBe(true);
        return 'ended';
      });
    }
    await until(async () => (await offer.states()).every(({ state }) => state === 'done'));
    expect(taken.sort()).toEqual(keys.map((key) => `"${key}"`));
    expect(await offer.outcome('c')).toBe('done c');
    expect((await offer.states()).map(({ units, costUsd, what }) => [units, costUsd, what])).toEqual(Array(4).fill([2, 0.5, 'work']));
    await offer.remove();
    expect(await coordinator.offered()).toEqual([]);
  });

  it('gives a job whose worker is not heard of to another, which finds what was kept; the first one writes nothing any more', async () => {
    const [coordinator, first, second] = [await open(), await open(), await open()];
    const offer = await coordinator.offer(run('taken-over'), { anew: 'never' });
    await offer.openAccount('run', { budgetUsd: 1, spentUsd: 0.25 });
    await offer.add({ key: 'a', json: '1' });
    const hung = Promise.withResolvers<TakenJob>();
    const release = Promise.withResolvers<'ended'>();
    await first.work(await found(first, 'taken-over'), 1, async (job) => {
      await job.keep([{ part: 'p', id: 'one', json: '"of the first"' }], progress);
      await first.account(job.claim, 'run').reserve('lost', 0.5);
      hung.resolve(job);
      return release.promise;
    });
    const lost = await hung.promise;
    const taken = Promise.withResolvers<TakenJob>();
    await second.work(await found(second, 'taken-over'), 1, async (job) => {
      taken.resolve(job);
      await release.promise;
      await job.finish('by the second');
      return 'ended';
    });
    // As if a minute had passed without a sign of the first.
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(`UPDATE ${schema}_boss.job SET heartbeat_on = heartbeat_on - interval '1 minute' WHERE state = 'active'`);
    await client.end();
    const job = await taken.promise;
    expect(job.claim.attempt).toBe(1);
    expect(await job.kept(['p'])).toEqual([{ part: 'p', id: 'one', json: '"of the first"' }]);
    expect(await job.keep([{ part: 'p', id: 'one', json: '"of the second"' }], progress)).toBe(true);
    expect(await lost.keep([{ part: 'p', id: 'two', json: '"too late"' }], progress)).toBe(false);
    expect(await lost.finish('too late')).toBe(false);
    expect(await job.kept(['p'])).toEqual([{ part: 'p', id: 'one', json: '"of the first"' }]);
    const account = second.account(job.claim, 'run');
    expect(await account.spentUsd()).toBe(0.75);
    expect(await account.reserve('more', 0.5)).toBe('never');
    await expect(first.account(lost.claim, 'run').reserve('late', 0.01)).rejects.toThrow('another worker');
    await first.account(lost.claim, 'run').settle('lost', 0.1);
    expect(await account.spentUsd()).toBe(0.75);
    release.resolve('ended');
    await until(async () => (await offer.states()).every(({ state }) => state === 'done'));
    expect(await offer.outcome('a')).toBe('by the second');
    await offer.remove();
  });

  it('counts a job whose worker is not heard of among those that wait, so that who comes later comes for it', async () => {
    const [coordinator, first, late] = [await open(), await open(), await open()];
    const offer = await coordinator.offer(run('left-behind'), { anew: 'never' });
    await offer.add({ key: 'a', json: '1' });
    await offer.add({ key: 'b', json: '2' });
    const release = Promise.withResolvers<'ended'>();
    const taken: string[] = [];
    await first.work(await found(first, 'left-behind'), 2, async (job) => {
      taken.push(job.key);
      // One of the two is given back by who has it, the other one is never heard of again.
      if (job.key === 'b' && job.claim.attempt === 0) return 'handed-back';
      return release.promise;
    });
    try {
      await until(async () => taken.length === 3 && (await offer.states()).every(({ state }) => state === 'taken'));
      expect((await found(late, 'left-behind')).waiting).toBe(0);
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      // As if a minute had passed; who has them is too slow to take them again.
      await client.query(`UPDATE ${schema}_boss.job SET heartbeat_on = heartbeat_on - interval '1 minute' WHERE state = 'active'`);
      await client.end();
      await until(async () => (await offer.states()).every(({ state }) => state === 'waiting'));
      expect((await found(late, 'left-behind')).waiting).toBe(2);
      const attempts: string[] = [];
      await late.work(await found(late, 'left-behind'), 2, async (job) => {
        attempts.push(`${job.key}${job.claim.attempt}`);
        await job.finish('by who came late');
        return 'ended';
      });
      await until(async () => (await offer.states()).every(({ state }) => state === 'done'));
      expect(attempts.sort()).toEqual(['a1', 'b2']);
    } finally {
      release.resolve('ended');
    }
    await offer.remove();
  });

  it('is not done twice where it is delivered once more after its end, and is given out again where it is handed back', async () => {
    const [coordinator, worker] = [await open(), await open()];
    const offer = await coordinator.offer(run('again'), { anew: 'never' });
    await offer.add({ key: 'a', json: '1' });
    await offer.add({ key: 'b', json: '2' });
    const attempts: string[] = [];
    await worker.work(await found(worker, 'again'), 1, async (job) => {
      attempts.push(`${job.key}${job.claim.attempt}`);
      if (job.key === 'a' || job.claim.attempt === 1) await job.finish('');
      return 'handed-back';
    });
    await until(async () => (await offer.states()).every(({ state }) => state === 'done'));
    await offer.add({ key: 'c', json: '3' });
    await until(() => attempts.includes('c0'));
    expect(attempts.sort()).toEqual(['a0', 'b0', 'b1', 'c0']);
    await offer.remove();
  });

  it('has one coordinator for a run, and keeps what was found for the next one, unless that begins anew', async () => {
    const [one, two] = [await open(), await open()];
    const offer = await one.offer(run('single'), { anew: 'never' });
    await expect(two.offer(run('single'), { anew: 'never' })).rejects.toMatchObject({ kind: 'in-use' });
    await offer.keep([{ part: 'p', id: 'x', json: '1' }]);
    await offer.openAccount('run', { budgetUsd: 1, spentUsd: 0.25 });
    await two.noteSpending('single', '{"n":1}');
    await two.noteSpending('single', '{"n":2}');
    await offer.withdraw();
    expect(await two.offered()).toEqual([]);
    const next = await two.offer(run('single'), { anew: 'never' });
    expect(await next.takeSpendingNotes()).toEqual(['{"n":1}', '{"n":2}']);
    expect(await next.takeSpendingNotes()).toEqual([]);
    // Who knows of more is right.
    expect(await (await next.openAccount('run', { budgetUsd: 2, spentUsd: 0 })).spentUsd()).toBe(0.25);
    const account = await next.openAccount('run', { budgetUsd: 2, spentUsd: 0.5 });
    expect(await account.spentUsd()).toBe(0.5);
    await account.reserve('one', 0.25);
    await account.settle('one', 0.25);
    await account.settle('one', 0.25);
    expect(await (await next.openAccount('run', { budgetUsd: 2, spentUsd: 0.625 })).spentUsd()).toBe(0.75);
    await next.withdraw();
    const anew = await one.offer(run('single'), { anew: 'always' });
    expect(await (await anew.openAccount('run', { budgetUsd: 2, spentUsd: 0 })).spentUsd()).toBe(0);
    await anew.remove();
  });

  it('never lets workers reserve more together than there is', async () => {
    const queues = [await open(), await open(), await open()];
    const offer = await (queues[0] as JobQueue).offer(run('money'), { anew: 'never' });
    await offer.openAccount('run', { budgetUsd: 0.5, spentUsd: 0 });
    const claim = { run: 'money', offer: 0, key: '', attempt: -1 };
    const ends = await Promise.all(Array.from({ length: 30 }, (_, index) => queues[index % 3]?.account(claim, 'run').reserve(`r${index}`, 0.0625)));
    expect(ends.filter((end) => end === 'held')).toHaveLength(8);
    expect(ends.filter((end) => end === 'later')).toHaveLength(22);
    const account = (queues[1] as JobQueue).account(claim, 'run');
    for (const [index, end] of ends.entries()) if (end === 'held') await account.settle(`r${index}`, index % 2 === 0 ? 0.0625 : 0);
    expect(await account.spentUsd()).toBeLessThanOrEqual(0.5);
    expect(await account.reserve('all', 0.5)).toBe('never');
    await offer.remove();
  });

  it('shares a limit: turns are taken in advance by who comes, a pause holds for all, and what is not used comes back', async () => {
    const [one, two] = [await open(), await open()].map((queue) => queue.rate('provider', { requestsPerMinute: 4, tokensPerMinute: 6000 }));
    const waits = await Promise.all([one, two, one, two, one, two].map((rate) => rate?.take(100)));
    expect(waits.filter((ms) => ms === 0)).toHaveLength(4);
    // A request comes every 15 s.
    expect(Math.max(...(waits as number[]))).toBeGreaterThan(25_000);
    expect(Math.max(...(waits as number[]))).toBeLessThanOrEqual(30_000);
    const tokens = (await open()).rate('tokens', { tokensPerMinute: 6000 });
    expect(await tokens.take(1_000_000)).toBe(0);
    const short = await tokens.take(3000);
    expect(short).toBeGreaterThan(25_000);
    await tokens.giveBack(6000);
    expect(await tokens.take(1)).toBe(0);
    await tokens.pause(5000);
    expect(await (await open()).rate('tokens', { tokensPerMinute: 6000 }).take(1)).toBeGreaterThan(4000);
  });
});

describe('a job queue', () => {
  it('says that its server cannot be reached, and what to look at', async () => {
    await expect(openPostgresJobQueue({ url: 'postgresql://nobody@127.0.0.1:1/none' })).rejects.toThrow(StoreError);
    await expect(openPostgresJobQueue({ url: 'postgresql://nobody@127.0.0.1:1/none' })).rejects.toThrow('DATABASE_URL');
  });
});
