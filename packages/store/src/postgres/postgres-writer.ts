/** Writes of one process to PostgreSQL: in their order, those that wait together in one transaction. */
import { StoreError } from '@ratchet/core';
import type { Pool, PoolClient } from 'pg';

export interface PostgresWriter {
  /** Resolves to what `work` gave once it is committed. An error of `work` is its caller's alone: what it wrote is taken back. */
  write<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result>;
  /** Resolves when all that was to be written by now is committed, or has failed. */
  settled(): Promise<void>;
}

interface Waiting {
  readonly run: (client: PoolClient) => Promise<() => void>;
  readonly fail: (error: unknown) => void;
}

const mostWaiting = 512;

/**
 * Every transaction begins by locking the end of the log. So those of all processes come one after the other: entries become visible in
 * the order of their sequences, sums of money are those of everybody, and no two wait for each other.
 */
export function postgresWriter(pool: Pool): PostgresWriter {
  let waiting: Waiting[] = [];
  let writing: Promise<void> | undefined;

  const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
    let client: PoolClient | undefined;
    try {
      client = await pool.connect();
      await client.query('BEGIN');
      await client.query('SELECT sequence FROM log_end FOR UPDATE');
      const settle: (() => void)[] = [];
      for (const { run } of group) settle.push(await run(client));
      await client.query('COMMIT');
      client.release();
      for (const one of settle) one();
    } catch (cause) {
      // A connection in doubt is not used again, which ends its transaction.
      client?.release(true);
      const error = new StoreError('unavailable', `the store could not write: ${(cause as Error).message}`, { cause });
      for (const { fail } of group) fail(error);
    }
  };
  const pump = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting.slice(0, mostWaiting);
      waiting = waiting.slice(mostWaiting);
      await writeGroup(group);
    }
    writing = undefined;
  };
  return {
    settled: async () => writing,
    write: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({
          fail: reject,
          run: async (client) => {
            await client.query('SAVEPOINT one');
            try {
              const result = await work(client);
              await client.query('RELEASE one');
              return () => resolve(result);
            } catch (error) {
              await client.query('ROLLBACK TO one');
              return () => reject(error);
            }
          },
        });
        // Begun after this turn, so that what comes in it is one group.
        writing ??= Promise.resolve().then(pump);
      }),
  };
}
