/** The store for many machines: PostgreSQL. */
import { type LogEntry, type Store, StoreError } from '@ratchet/core';
import type { PoolClient } from 'pg';
import { closedError } from '../closed-error.ts';
import { readDecision } from '../stored-decision.ts';
import { keyOf } from '../stored-key-row.ts';
import { migrate, requireSchemaName } from './migrate.ts';
import { migrations } from './postgres-schema.ts';
import { postgresWriter } from './postgres-writer.ts';

export interface PostgresStoreOptions {
  /** `postgresql://user@host:5432/database`. */
  readonly url: string;
  /** Of tables; by default the connection's own. It is made where it is missing. */
  readonly schema?: string;
}

/** A reservation of a process that is gone no longer holds money after so long. */
const reservationMs = 3_600_000;

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
  const writer = postgresWriter(pool);
  let closed = false;
  const write = <Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> => (closed ? Promise.reject(closedError()) : writer.write(work));
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
  const append = (
    client: PoolClient,
    { decisionId, tenant, quality }: { readonly decisionId: string; readonly tenant: string; readonly quality: number | null },
  ) =>
    client.query(
      'WITH next AS (UPDATE log_end SET sequence = sequence + 1 RETURNING sequence) INSERT INTO log (sequence, decision_id, tenant, quality) SELECT sequence, $1, $2, $3 FROM next',
      [decisionId, tenant, quality],
    );
  const changes = async (client: PoolClient, sql: string, values: readonly unknown[]): Promise<number> => (await client.query(sql, [...values])).rowCount ?? 0;
  const one = async (client: PoolClient, sql: string, values: readonly unknown[]): Promise<Record<string, unknown> | undefined> =>
    (await client.query(sql, [...values])).rows[0];
  const decisionSql = 'SELECT d.json, d.tenant, f.quality, f.id AS feedback_id FROM decisions d LEFT JOIN feedback f ON f.decision_id = d.id WHERE d.id = $1';

  return {
    recordDecision: (decision) =>
      write(async (client) => {
        const values = [decision.id, decision.tenant, JSON.stringify(decision)];
        const added = await changes(client, 'INSERT INTO decisions (id, tenant, json) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', values);
        if (added > 0) await append(client, { decisionId: decision.id, tenant: decision.tenant, quality: null });
      }),
    decision: async (id) => {
      const [row] = await rows(decisionSql, [id]);
      return row === undefined ? undefined : { decision: readDecision(String(row['json'])), quality: row['quality'] as number | null };
    },
    recordFeedback: ({ id, decisionId, keyId, tenant, quality, atMs }) =>
      write(async (client) => {
        const row = await one(client, decisionSql, [decisionId]);
        if (row === undefined || row['tenant'] !== tenant) return 'no-decision';
        if (row['feedback_id'] !== null) return row['feedback_id'] === id && row['quality'] === quality ? 'known' : 'conflict';
        await changes(client, 'INSERT INTO feedback (decision_id, id, key_id, quality, at_ms) VALUES ($1, $2, $3, $4, $5)', [
          decisionId,
          id,
          keyId,
          quality,
          atMs,
        ]);
        await append(client, { decisionId, tenant, quality });
        return 'recorded';
      }),
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
    reserve: ({ id, keyId, usd, atMs }) =>
      write(async (client) => {
        const row = await one(
          client,
          `SELECT k.budget_usd, coalesce((SELECT usd FROM spending WHERE key_id = k.id), 0) AS spent,
             coalesce((SELECT sum(usd) FROM reservations WHERE key_id = k.id AND at_ms > $2), 0) AS held FROM keys k WHERE k.id = $1`,
          [keyId, atMs - reservationMs],
        );
        if (row === undefined) return false;
        const budget = row['budget_usd'] as number | null;
        if (budget !== null && (row['spent'] as number) + (row['held'] as number) + usd > budget) return false;
        await changes(client, 'INSERT INTO reservations (id, key_id, usd, at_ms) VALUES ($1, $2, $3, $4)', [id, keyId, usd, atMs]);
        return true;
      }),
    settle: (reservationId, { keyId, usd }) =>
      write(async (client) => {
        if (reservationId !== null) await changes(client, 'DELETE FROM reservations WHERE id = $1', [reservationId]);
        await changes(client, 'INSERT INTO spending (key_id, usd) VALUES ($1, $2) ON CONFLICT (key_id) DO UPDATE SET usd = spending.usd + excluded.usd', [
          keyId,
          usd,
        ]);
      }),
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
