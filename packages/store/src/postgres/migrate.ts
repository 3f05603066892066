/** Brings the tables of a schema up to date: by one process at a time, in one transaction. */
import { StoreError } from '@ratchet/core';
import type { Pool } from 'pg';

export interface Migrations {
  /** Each brings the tables to the next version. */
  readonly steps: readonly string[];
  /** Where the version is kept. */
  readonly table: string;
  /** It is made where it is missing; undefined for the connection's own. */
  readonly schema: string | undefined;
}

/** Any number that nothing else of the database locks. */
const migrationLock = 7_281_931;

/** Rejects with a `StoreError` where the tables are of a later version. */
export async function migrate(pool: Pool, { steps, table, schema }: Migrations): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    if (schema !== undefined) await client.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await client.query(`CREATE TABLE IF NOT EXISTS ${table} (version integer PRIMARY KEY)`);
    const version = Number((await client.query(`SELECT coalesce(max(version), 0) AS version FROM ${table}`)).rows[0].version);
    if (version > steps.length) throw new StoreError('damaged', `its tables are of a later version of Ratchet (${version}; this one knows ${steps.length})`);
    for (const [index, step] of steps.entries()) {
      if (index < version) continue;
      await client.query(step);
      await client.query(`INSERT INTO ${table} (version) VALUES ($1)`, [index + 1]);
    }
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

/** Throws a `StoreError` for what would have to be quoted. */
export function requireSchemaName(schema: string): void {
  if (!/^[a-z_][a-z0-9_]*$/.test(schema)) throw new StoreError('unavailable', `"${schema}" is no name for a schema: small letters, digits and _`);
}
