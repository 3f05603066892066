/** What the parts of the job queue share: connections, transactions, and pg-boss, which is loaded when it is first needed. */
import { StoreError } from '@ratchet/core';
import type { Pool, PoolClient } from 'pg';
import type { PgBoss } from 'pg-boss';

export type Row = Readonly<Record<string, unknown>>;

export interface JobsDatabase {
  readonly pool: Pool;
  /** Of pg-boss's tables. */
  readonly engineSchema: string;
  /** Rejects with a `StoreError`. */
  rows(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** The same, without waiting for the disk: a server that crashes may forget what was written in its last second. */
  quickly(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  /** Rejects with the `StoreError` that `work` throws, or one that says that the database cannot be reached. */
  transaction<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result>;
  /** The engine. Who coordinates looks for jobs whose workers are not heard of. */
  engine(role: 'coordinator' | 'worker'): Promise<PgBoss>;
}

/** Seconds without a sign of life after which a worker counts as gone: the least that pg-boss allows. */
export const heartbeatSeconds = 10;
/** How often a worker gives one. */
export const heartbeatRefreshSeconds = 3;

export interface JobsDatabaseParts {
  readonly url: string;
  readonly engineSchema: string;
  /** Whose connections do not wait for the disk. */
  readonly quickPool: Pool;
}

export function jobsDatabase(pool: Pool, { url, engineSchema, quickPool }: JobsDatabaseParts): JobsDatabase & { close(): Promise<void> } {
  const engines = new Map<string, Promise<PgBoss>>();
  const start = async (role: 'coordinator' | 'worker'): Promise<PgBoss> => {
    const { PgBoss: Engine } = await import('pg-boss');
    const supervise = role === 'coordinator';
    const engine = new Engine({
      connectionString: url,
      schema: engineSchema,
      max: 2,
      schedule: false,
      supervise,
      ...(supervise ? { superviseIntervalSeconds: 1, monitorIntervalSeconds: 1 } : {}),
    });
    // What it cannot do now it tries again; that a job is not taken, or not ended, is seen by its state.
    engine.on('error', () => undefined);
    try {
      return await engine.start();
    } catch (cause) {
      throw unreachable(cause);
    }
  };
  const ask =
    (asked: Pool): JobsDatabase['rows'] =>
    async (sql, values = []) => {
      try {
        return (await asked.query(sql, [...values])).rows;
      } catch (cause) {
        throw unreachable(cause);
      }
    };
  return {
    pool,
    engineSchema,
    rows: ask(pool),
    quickly: ask(quickPool),
    transaction: async (work) => {
      let client: PoolClient | undefined;
      try {
        client = await pool.connect();
        await client.query('BEGIN');
        const result = await work(client);
        await client.query('COMMIT');
        client.release();
        return result;
      } catch (error) {
        // A connection in doubt is not used again, which ends its transaction.
        client?.release(true);
        throw error instanceof StoreError ? error : unreachable(error);
      }
    },
    engine: (role) => {
      let engine = engines.get(role);
      if (engine === undefined) {
        engine = start(role);
        engines.set(role, engine);
      }
      return engine;
    },
    close: async () => {
      for (const engine of engines.values()) await (await engine.catch(() => undefined))?.stop({ graceful: true, timeout: 5000 }).catch(() => undefined);
      await Promise.all([pool.end(), quickPool.end()]);
    },
  };
}

export function queueName(offer: number): string {
  return `ratchet-offer-${offer}`;
}

export function unreachable(cause: unknown): StoreError {
  return new StoreError('unavailable', `the database of the workers does not answer: ${whyOf(cause)}`, { cause });
}

/** A refused connection to several addresses of a host has a code, and no message. */
export function whyOf(cause: unknown): string {
  const { message, code } = cause as NodeJS.ErrnoException;
  return message === '' ? (code ?? 'for no stated reason') : message;
}
