import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Store, systemClock } from '@ratchet/core';
import { openPostgresStore, openSqliteStore } from '@ratchet/store';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresServer, startPostgres, whyNoServer } from '../../../store/test/postgres/postgres-server.ts';
import { scriptedWorld, startService, type TestService } from '../test-service.ts';

/** Requests of several tenants to two services at once; each answer is judged by whom it was given to. */
async function traffic(services: readonly TestService[], requests: number): Promise<void> {
  const keys = await Promise.all(
    ['acme', 'globex'].map(async (tenant) => ({ open: await services[0]?.key({ tenant }), closed: await services[0]?.key({ tenant, shares: false }) })),
  );
  await Promise.all(
    Array.from({ length: requests }, async (_, number) => {
      const service = services[number % 2] as TestService;
      const own = keys[number % 3 === 0 ? 0 : 1];
      const key = (number % 5 === 0 ? own?.closed : own?.open) as string;
      const response = await service.chat(`Tell me about number ${number}.`, key);
      expect(response.status).toBe(200);
      const decision = response.headers.get('x-ratchet-decision');
      // Told to the other replica, twice.
      const other = services[(number + 1) % 2] as TestService;
      const ends = await Promise.all(
        [1, 2].map(async () => ((await (await other.post('/v1/feedback', { decision, quality: 0.75 }, key)).json()) as { status: string }).status),
      );
      expect(ends.sort()).toEqual(['known', 'recorded']);
    }),
  );
}

async function expectOneLearner(open: () => Promise<Store>): Promise<void> {
  const parts = { world: scriptedWorld(() => ({})), exploration: { share: 0 }, learning: { foldEvery: 10, heldOut: 1000 } };
  const services = await Promise.all([1, 2].map(async () => startService({ ...parts, store: await open() })));
  const [one, other] = services as [TestService, TestService];
  await traffic(services, 30);
  const folded = (await Promise.all(services.map(({ learner }) => learner.turn()))).flat().filter(({ kind }) => kind === 'folded');
  expect(folded.length).toBe(1);
  expect(await one.store.lastSequence()).toBe(60);
  const states = await Promise.all(services.map(async ({ live }) => (await live.open(1)).state));
  // A fifth of the requests came with keys that do not share.
  for (const { evidence } of states) expect([...evidence.requests.values()].reduce((sum, request) => sum + request.decisions, 0)).toBe(24);
  expect((await one.store.snapshot(1))?.json).toBe((await other.store.snapshot(1))?.json);
  expect((await one.store.snapshot(1))?.json).not.toContain('Tell me about');
  await Promise.all(services.map((service) => service.stop()));
}

describe('two replicas', () => {
  it('learn one state from one SQLite file: the sum of what both were told, each answer once', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'replicas-')), 'store.sqlite');
    // Feedback may reach one before the other has written the decision: so decisions are written at once.
    await expectOneLearner(async () => openSqliteStore({ file, clock: systemClock(), windowMs: 0 }));
  });

  const missing = whyNoServer();
  describe.skipIf(missing !== undefined)(`on PostgreSQL${missing === undefined ? '' : ` (${missing})`}`, () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    });
    afterAll(() => server.stop());

    it('learn one state: the sum of what both were told, each answer once', async () => {
      await expectOneLearner(() => openPostgresStore({ url: server.url, schema: `replicas_${process.pid}` }));
    });
  });
});
