/** The store for many machines: PostgreSQL. */
import { type LogEntry, type Store, StoreError } from '@ratchet/core';
import type { PoolClient } from 'pg';
import { closedError } from '../closed-error.ts';
import { readDecision } from '../stored-decision.ts';
import { keyOf } from '../stored-key-row.ts';
import { migrate, requireSchemaName } from './migrate.ts';
import { migrations } from './postgres-schema.ts';
import { postgresWriter, type WriteMany } from './postgres-writer.ts';
import { recordDecisions, recordFeedbacks, reserveMoney, settleSpending, writesOfRequests } from './postgres-writes.ts';

export interface PostgresStoreOptions {
  /** `postgresql://user@host:5432/database`. */
  readonly url: string;
  /** Of tables; by default the connection's own. It is made where it is missing. */
  readonly schema?: string;
}

/** Loads the driver, and brings the tables up to date. Rejects with a `StoreError` where the server does not answer, or has tables of a later version. */
export async function openPostgresStore({ url, schema }: PostgresStoreOptions): Promise<Store> {
  if (schema !== undefined) requireSchemaName(schema);
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    connectionTimeoutMillis: 10_000,
    ...(schema === undefined ? {} : { options: `-c search_path=${schema}` }),
  });
  // A connection that breaks fails what is asked on it, and is replaced; nobody has to be told beside that.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  try {
    await migrate(pool, { steps: migrations, table: 'ratchet_migrations', schema });
  } catch (cause) {
    await pool.end();
    throw new StoreError(cause instanceof StoreError ? cause.kind : 'unavailable', `the store cannot be opened: ${(cause as Error).message}`, { cause });
  }
  const writer = postgresWriter(pool, writesOfRequests);
  let closed = false;
  const write = <Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> => (closed ? Promise.reject(closedError()) : writer.write(work));
  const writeOf = <Item, Result>(many: WriteMany<Item, Result>, item: Item): Promise<Result> =>
    closed ? Promise.reject(closedError()) : writer.writeOf(many, item);
  /** Sees what this process wrote before, acknowledged or not. */
  const rows = async (sql: string, values: readonly unknown[] = []): Promise<readonly Record<string, unknown>[]> => {
    if (closed) throw closedError();
    await writer.settled();
    try {
      return (await pool.query(sql, [...values])).rows;
    } catch (cause) {
      throw new StoreError('unavailable', `the store could not read: ${(cause as Error).message}`, { cause });
    }
  };
  const changes = async (client: PoolClient, sql: string, values: readonly unknown[]): Promise<number> => (await client.query(sql, [...values])).rowCount ?? 0;
  return {
    recordDecision: (decision) => writeOf(recordDecisions, decision),
    decision: async (id) => {
      const [row] = await rows('SELECT d.json, f.quality FROM decisions d LEFT JOIN feedback f ON f.decision_id = d.id WHERE d.id = $1', [id]);
      return row === undefined ? undefined : { decision: readDecision(String(row['json'])), quality: row['quality'] as number | null };
    },
    recordFeedback: (feedback) => writeOf(recordFeedbacks, feedback),
    entriesAfter: async (sequence, limit) =>
      (
        await rows(
          'SELECT l.sequence, l.quality, d.json FROM log l JOIN decisions d ON d.id = l.decision_id WHERE l.sequence > $1 ORDER BY l.sequence LIMIT $2',
          [sequence, limit],
        )
      ).map(entryOf),
    executionsOf: async (tenant, { before, limit }) =>
      (
        await rows(
          `SELECT l.sequence, f.quality, d.json FROM log l JOIN decisions d ON d.id = l.decision_id LEFT JOIN feedback f ON f.decision_id = l.decision_id
           WHERE l.tenant = $1 AND l.quality IS NULL AND l.sequence < $2 ORDER BY l.sequence DESC LIMIT $3`,
          [tenant, before, limit],
        )
      ).map(entryOf),
    lastSequence: async () => Number((await rows('SELECT sequence FROM log_end'))[0]?.['sequence'] ?? 0),
    judgedAfter: async (sequence) =>
      Number((await rows('SELECT count(*) AS judged FROM log WHERE sequence > $1 AND quality IS NOT NULL', [sequence]))[0]?.['judged']),
    addSnapshot: ({ generation, sequence, atMs, json }) =>
      write(
        async (client) =>
          (await changes(client, 'INSERT INTO snapshots (generation, sequence, at_ms, json) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING', [
            generation,
            sequence,
            atMs,
            json,
          ])) > 0,
      ),
    snapshot: async (generation) => {
      const [row] = await rows('SELECT generation, sequence, at_ms, json FROM snapshots WHERE generation = $1', [generation]);
      return row === undefined ? undefined : { generation, sequence: Number(row['sequence']), atMs: row['at_ms'] as number, json: String(row['json']) };
    },
    snapshots: async () =>
      (await rows('SELECT generation, sequence, at_ms, quarantined FROM snapshots ORDER BY generation')).map((row) => ({
        generation: row['generation'] as number,
        sequence: Number(row['sequence']),
        atMs: row['at_ms'] as number,
        quarantined: row['quarantined'] as string | null,
      })),
    quarantine: (generation, why) =>
      write(async (client) => {
        await changes(client, 'UPDATE snapshots SET quarantined = $1 WHERE generation = $2', [why, generation]);
      }),
    setServing: ({ generation, atMs, reason }) =>
      write(async (client) => {
        await changes(client, 'INSERT INTO servings (generation, at_ms, reason) VALUES ($1, $2, $3)', [generation, atMs, reason]);
      }),
    servings: async (limit) =>
      (await rows('SELECT generation, at_ms, reason FROM servings ORDER BY position DESC LIMIT $1', [limit])).map((row) => ({
        generation: row['generation'] as number,
        atMs: row['at_ms'] as number,
        reason: String(row['reason']),
      })),
    addKey: (key) =>
      write(async (client) => {
        const { id, name, secretHash, scopes, tenant, shares, requestsPerMinute, budgetUsd, createdAtMs, revokedAtMs } = key;
        const values = [id, name, secretHash, scopes.join(','), tenant, shares, requestsPerMinute, budgetUsd, createdAtMs, revokedAtMs];
        const added = await changes(client, 'INSERT INTO keys VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING', values);
        if (added === 0) throw new StoreError('known-key', `there is a key "${id}" already`);
      }),
    key: async (id) => {
      const [row] = await rows('SELECT * FROM keys WHERE id = $1', [id]);
      return row === undefined ? undefined : keyOf(row);
    },
    keys: async () => (await rows('SELECT * FROM keys ORDER BY created_at_ms, id')).map(keyOf),
    revokeKey: (id, atMs) =>
      write(async (client) => (await changes(client, 'UPDATE keys SET revoked_at_ms = $1 WHERE id = $2 AND revoked_at_ms IS NULL', [atMs, id])) > 0),
    reserve: (reservation) => writeOf(reserveMoney, reservation),
    settle: (reservationId, { keyId, usd }) => writeOf(settleSpending, { reservationId, keyId, usd }),
    spentUsd: async (keyId) => ((await rows('SELECT usd FROM spending WHERE key_id = $1', [keyId]))[0]?.['usd'] as number | undefined) ?? 0,
    audit: ({ atMs, keyId, action, detail }) =>
      write(async (client) => {
        await changes(client, 'INSERT INTO audit (at_ms, key_id, action, detail) VALUES ($1, $2, $3, $4)', [atMs, keyId, action, detail]);
      }),
    audits: async (limit) =>
      (await rows('SELECT at_ms, key_id, action, detail FROM audit ORDER BY position DESC LIMIT $1', [limit])).map((row) => ({
        atMs: row['at_ms'] as number,
        keyId: String(row['key_id']),
        action: String(row['action']),
        detail: String(row['detail']),
      })),
    close: async () => {
      if (closed) return;
      closed = true;
      await writer.settled();
      await pool.end();
    },
  };
}

function entryOf(row: Readonly<Record<string, unknown>>): LogEntry {
  return { sequence: Number(row['sequence']), decision: readDecision(String(row['json'])), quality: row['quality'] as number | null };
}
