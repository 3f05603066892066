/** The job queue on PostgreSQL: pg-boss gives jobs out, tables of our own hold what came of them. */
import { StoreError, systemClock } from '@ratchet/core';
import type { Pool } from 'pg';
import type { JobQueue } from '../../jobs/job-queue.ts';
import { migrate, requireSchemaName } from '../migrate.ts';
import { jobsDatabase, whyOf } from './jobs-database.ts';
import { jobsMigrations } from './jobs-schema.ts';
import { offerRun } from './offer-run.ts';
import { sharedAccount } from './shared-money.ts';
import { sharedRate } from './shared-rates.ts';
import { takeJobs } from './take-jobs.ts';

export interface PostgresJobQueueOptions {
  /** `postgresql://user@host:5432/database`. */
  readonly url: string;
  /** Of our tables; those of pg-boss are in `<schema>_boss`. */
  readonly schema?: string;
}

/** Who coordinates says so every two seconds. */
const goneAfterSeconds = 30;

/** Rejects with a `StoreError` where the server does not answer, or has tables of a later version. */
export async function openPostgresJobQueue({ url, schema = 'ratchet_jobs' }: PostgresJobQueueOptions): Promise<JobQueue> {
  requireSchemaName(schema);
  const { default: pg } = await import('pg');
  const open = (options: string): Pool => {
    const made = new pg.Pool({ connectionString: url, max: 6, connectionTimeoutMillis: 10_000, options: `-c search_path=${schema} ${options}` });
    // A connection that breaks fails what is asked on it, and is replaced.
    made.on('error', () => undefined);
    made.on('connect', (client) => client.on('error', () => undefined));
    return made;
  };
  const pool = open('');
  try {
    await migrate(pool, { steps: jobsMigrations, table: 'ratchet_jobs_migrations', schema });
  } catch (cause) {
    await pool.end();
    throw new StoreError(
      cause instanceof StoreError ? cause.kind : 'unavailable',
      `the database of the workers cannot be opened: ${whyOf(cause)}. Is the server that DATABASE_URL or --database-url names there, and may its user make a schema?`,
      { cause },
    );
  }
  const database = jobsDatabase(pool, { url, engineSchema: `${schema}_boss`, quickPool: open('-c synchronous_commit=off') });
  const clock = systemClock();
  let closing: Promise<void> | undefined;
  return {
    offer: (run, { anew }) => offerRun(database, run, { anew, nowMs: clock.now }),
    offered: async () =>
      (
        await database.rows(
          `SELECT r.id, r.offer, r.words, r.code_version, (SELECT count(*) FROM jobs j WHERE j.run = r.id AND j.offer = r.offer AND j.state = 'waiting') AS waiting
           FROM runs r WHERE r.open AND r.seen_at > now() - $1 * interval '1 second' ORDER BY r.offer`,
          [goneAfterSeconds],
        )
      ).map(({ id, offer, words, code_version, waiting }) => ({
        id: String(id),
        offer: Number(offer),
        words: String(words),
        codeVersion: String(code_version),
        waiting: Number(waiting),
      })),
    work: (run, count, handler) => takeJobs(database, { run, count }, handler),
    account: (claim, name) => sharedAccount(database, claim, name),
    noteSpending: async (run, json) => {
      await database.quickly('INSERT INTO spending_notes (run, json) VALUES ($1, $2)', [run, json]);
    },
    rate: (key, limits) => sharedRate(database, key, limits),
    close: () => {
      closing ??= database.close();
      return closing;
    },
  };
}
