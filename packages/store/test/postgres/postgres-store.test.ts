import type { Store } from '@ratchet/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPostgresStore } from '../../src/postgres/postgres-store.ts';
import { decisionNamed } from '../decision-named.ts';
import { storeConformance } from '../store-conformance.ts';
import { type PostgresServer, startPostgres, whyNoServer } from './postgres-server.ts';

const missing = whyNoServer();

describe.skipIf(missing !== undefined)(`PostgreSQL${missing === undefined ? '' : ` (${missing})`}`, () => {
  let server: PostgresServer;
  let schemas = 0;
  const newSchema = () => `test_${process.pid}_${++schemas}`;
  const open = (schema: string) => openPostgresStore({ url: server.url, schema });
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  storeConformance('a schema of PostgreSQL', () => open(newSchema()));

  it('is one log for replicas that write at once: no sequence is lost, doubled, or filled in after it was passed by', async () => {
    const schema = newSchema();
    const replicas = await Promise.all([open(schema), open(schema), open(schema)]);
    const reader = await open(schema);
    const seen: number[] = [];
    let writing = true;
    const reading = (async () => {
      while (writing) {
        for (const { sequence } of await reader.entriesAfter(seen.at(-1) ?? 0, 7)) seen.push(sequence);
      }
    })();
    await Promise.all(
      replicas.map(async (store, replica) => {
        for (let round = 0; round < 10; round++) {
          await Promise.all(
            Array.from({ length: 5 }, async (_, index) => {
              const id = `d${replica}-${round}-${index}`;
              await store.recordDecision(decisionNamed(id));
              await store.recordFeedback({ id: `f${id}`, decisionId: id, keyId: 'k1', tenant: 'acme', quality: 0.5, atMs: 0 });
            }),
          );
        }
      }),
    );
    writing = false;
    await reading;
    for (const { sequence } of await reader.entriesAfter(seen.at(-1) ?? 0, 1000)) seen.push(sequence);
    expect(seen).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
    await Promise.all([...replicas, reader].map((store) => store.close()));
  });

  it('fails what it cannot write, and nothing that came with it', async () => {
    const store = await open(newSchema());
    const ends = await Promise.allSettled([
      store.recordDecision(decisionNamed('d1')),
      store.recordDecision(decisionNamed('d2', { tenant: 'no text of PostgreSQL has a \0' })),
      store.recordDecision(decisionNamed('d3')),
      store.recordFeedback({ id: 'f1', decisionId: 'd3', keyId: 'k1', tenant: 'acme', quality: 1, atMs: 0 }),
    ]);
    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect((await store.entriesAfter(0, 10)).map(({ sequence, decision, quality }) => [sequence, decision.id, quality])).toEqual([
      [1, 'd1', null],
      [2, 'd3', null],
      [3, 'd3', 1],
    ]);
    await store.close();
  });

  it('keeps a budget across replicas', async () => {
    const schema = newSchema();
    const replicas: Store[] = await Promise.all([open(schema), open(schema)]);
    const key = {
      id: 'k1',
      name: '',
      secretHash: '',
      scopes: ['infer' as const],
      tenant: 'acme',
      shares: true,
      requestsPerMinute: null,
      createdAtMs: 0,
      revokedAtMs: null,
    };
    await replicas[0]?.addKey({ ...key, budgetUsd: 0.5 });
    const ends = await Promise.all(
      Array.from({ length: 40 }, (_, index) => replicas[index % 2]?.reserve({ id: `r${index}`, keyId: 'k1', usd: 0.0625, atMs: 1 })),
    );
    expect(ends.filter(Boolean)).toHaveLength(8);
    await Promise.all(replicas.map((store) => store.close()));
  });

  it('is set up by several processes at once, and once', async () => {
    const schema = newSchema();
    const stores = await Promise.all([1, 2, 3].map(() => open(schema)));
    await stores[0]?.recordDecision(decisionNamed('d1'));
    expect((await stores[2]?.decision('d1'))?.decision.id).toBe('d1');
    await Promise.all(stores.map((store) => store.close()));
  });
});

describe('a PostgreSQL store', () => {
  it('says that its server cannot be reached', async () => {
    await expect(openPostgresStore({ url: 'postgresql://nobody@127.0.0.1:1/none' })).rejects.toMatchObject({ kind: 'unavailable' });
  });
});
