/** What stores take and hold: `pnpm bench:store [--decisions 20000]`; with DATABASE_URL, PostgreSQL too (in a schema of its own). */
import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Store, type StoredDecision, systemClock } from '@ratchet/core';
import { openPostgresStore, openSqliteStore } from '@ratchet/store';

const { values } = parseArgs({ options: { decisions: { type: 'string', default: '20000' } } });
const count = Number(values.decisions);
const clock = systemClock();

const decision = (number: number): StoredDecision => ({
  id: `chatcmpl-${number.toString(16).padStart(24, '0')}`,
  atMs: 1_700_000_000_000 + number,
  tenant: 'acme',
  keyId: '0a946829f82ef260',
  // About 400 characters, as a short request has.
  text: `${number} `.padEnd(400, 'words of a request '),
  session: null,
  armId: 'direct/mini',
  propensity: 0.9,
  candidates: ['mini', 'haiku', 'gpt-4o', 'gpt-4'].map((model) => ({ armId: `direct/${model}`, propensity: 0.25 })),
  generation: 3,
  explored: false,
  learnable: true,
  status: 'answered',
  costUsd: 0.0004,
  latencyMs: 900,
  predictedQuality: 0.9,
  predictedCostUsd: 0.0005,
  predictedRegret: 0,
  family: 'single',
  tools: null,
});

/** 64 requests at once, each recorded and at once judged; both are on the disk before the next begins. */
async function measure(name: string, store: Store, bytes?: () => number): Promise<void> {
  let next = 0;
  const begun = clock.now();
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (next < count) {
        const one = decision(next++);
        const judgement = { id: one.id, decisionId: one.id, keyId: one.keyId, tenant: one.tenant, quality: 0.5, atMs: one.atMs };
        await Promise.all([store.recordDecision(one), store.recordFeedback(judgement)]);
      }
    }),
  );
  const writtenMs = clock.now() - begun;
  const readBegun = clock.now();
  let after = 0;
  for (let page = await store.entriesAfter(0, 2000); page.length > 0; page = await store.entriesAfter(after, 2000)) after = page.at(-1)?.sequence ?? after;
  const readMs = clock.now() - readBegun;
  await store.close();
  const size = bytes === undefined ? '' : `, ${(bytes() / count).toFixed(0)} bytes a judged request`;
  process.stdout.write(
    `${name}: ${((1000 * count) / writtenMs).toFixed(0)} judged requests/s acknowledged, log read at ${((2000 * count) / readMs).toFixed(0)} entries/s${size}\n`,
  );
}

const home = mkdtempSync(join(tmpdir(), 'bench-store-'));
const size = () => readdirSync(home).reduce((sum, name) => sum + statSync(join(home, name)).size, 0);
await measure('SQLite', openSqliteStore({ file: join(home, 'store.sqlite'), clock }), size);
const url = process.env['DATABASE_URL'];
if (url !== undefined) await measure('PostgreSQL', await openPostgresStore({ url, schema: `bench_${process.pid}` }));
