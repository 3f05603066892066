/** The coordinator's side of the job queue: one at a time offers a run, and sees what becomes of its jobs. */
import { StoreError } from '@ratchet/core';
import type { PoolClient } from 'pg';
import type { JobQueue, JobState, Offer, SharedRun } from '../../jobs/job-queue.ts';
import { heartbeatSeconds, type JobsDatabase, queueName, unreachable } from './jobs-database.ts';
import { keepRecords } from './kept-records.ts';
import { sharedAccount, spendHolds } from './shared-money.ts';

/** Of pg-boss; how often a job may be tried is for workers to say, who know why it ended. */
const retryLimit = 10_000;
const expireInSeconds = 23 * 3600;
/** Who cannot do it now is not asked at once again. */
const retryDelaySeconds = 1;
/** A row of states is asked for several times a second. */
const seenEveryMs = 2000;
/** As often as pg-boss looks for workers that are not heard of. */
const returnedEveryMs = 1000;

export interface OfferParts {
  readonly anew: Parameters<JobQueue['offer']>[1]['anew'];
  readonly nowMs: () => number;
}

export async function offerRun(database: JobsDatabase, run: SharedRun, { anew, nowMs }: OfferParts): Promise<Offer> {
  // Held as long as this process lives, and no longer.
  const guard = await lockRun(database, run.id);
  const letGo = async (): Promise<void> => {
    await guard.query('SELECT pg_advisory_unlock_all()').catch(() => undefined);
    guard.release(true);
  };
  try {
    const engine = await database.engine('coordinator');
    const [before] = await database.rows('SELECT offer, code_version FROM runs WHERE id = $1', [run.id]);
    if (before !== undefined) await engine.deleteQueue(queueName(Number(before['offer'])));
    const forgets = anew === 'always' || (anew === 'after-other-code' && before?.['code_version'] !== run.codeVersion);
    const offer = await database.transaction(async (client) => {
      await client.query('DELETE FROM jobs WHERE run = $1', [run.id]);
      await spendHolds(client, run.id);
      if (forgets) await removeKept(client, run.id);
      const [row] = (
        await client.query(
          `INSERT INTO runs (id, offer, words, code_version, open, seen_at) VALUES ($1, nextval('offers'), $2, $3, true, now())
           ON CONFLICT (id) DO UPDATE SET offer = excluded.offer, words = excluded.words, code_version = excluded.code_version, open = true, seen_at = now()
           RETURNING offer`,
          [run.id, run.words, run.codeVersion],
        )
      ).rows;
      return Number(row.offer);
    });
    const queue = queueName(offer);
    await engine.createQueue(queue, { retryLimit, retryDelay: retryDelaySeconds, heartbeatSeconds, expireInSeconds });
    let [seenAt, returnedAt] = [nowMs(), nowMs()];
    return {
      keep: (records) => database.transaction((client) => keepRecords(client, run.id, records)),
      add: async ({ key, json }) => {
        await database.rows('INSERT INTO jobs (run, offer, key, json) VALUES ($1, $2, $3, $4)', [run.id, offer, key, json]);
        await engine.send(queue, { key });
      },
      states: async () => {
        if (nowMs() - seenAt > seenEveryMs) {
          seenAt = nowMs();
          await database.rows('UPDATE runs SET seen_at = now() WHERE id = $1 AND offer = $2', [run.id, offer]);
        }
        if (nowMs() - returnedAt > returnedEveryMs) {
          returnedAt = nowMs();
          await putBack(database, { run: run.id, offer });
        }
        const rows = await database.rows('SELECT key, state, units, cost_usd, what FROM jobs WHERE run = $1 AND offer = $2', [run.id, offer]);
        return rows.map(({ key, state, units, cost_usd, what }) => ({
          key: String(key),
          state: state as JobState['state'],
          units: units as number,
          costUsd: cost_usd as number,
          what: String(what),
        }));
      },
      outcome: async (key) =>
        String((await database.rows('SELECT outcome FROM jobs WHERE run = $1 AND offer = $2 AND key = $3', [run.id, offer, key]))[0]?.['outcome'] ?? ''),
      openAccount: async (name, { budgetUsd, spentUsd }) => {
        // Who knows of more is right: calls of workers that nobody has told the coordinator of, or of a run that went on without them.
        await database.rows(
          `INSERT INTO accounts AS a (run, name, budget_usd, spent_usd) VALUES ($1, $2, $3, $4) ON CONFLICT (run, name) DO UPDATE SET
             budget_usd = excluded.budget_usd,
             spent_usd = greatest(a.spent_usd, excluded.spent_usd - (SELECT coalesce(sum(usd), 0) FROM spent WHERE run = $1 AND account = $2))`,
          [run.id, name, Number.isFinite(budgetUsd) ? budgetUsd : null, spentUsd],
        );
        return sharedAccount(database, { run: run.id, offer, key: '', attempt: -1 }, name);
      },
      takeSpendingNotes: async () => {
        const rows = await database.rows('DELETE FROM spending_notes WHERE run = $1 RETURNING position, json', [run.id]);
        return [...rows].sort((a, b) => Number(a['position']) - Number(b['position'])).map(({ json }) => String(json));
      },
      withdraw: async () => {
        await database.rows('UPDATE runs SET open = false WHERE id = $1 AND offer = $2', [run.id, offer]);
        await engine.deleteQueuedJobs(queue);
        await letGo();
      },
      remove: async () => {
        await database.transaction(async (client) => {
          await client.query('DELETE FROM jobs WHERE run = $1', [run.id]);
          await client.query('DELETE FROM runs WHERE id = $1', [run.id]);
          await removeKept(client, run.id);
        });
        await engine.deleteQueue(queue);
        await letGo();
      },
    };
  } catch (error) {
    await letGo();
    throw error;
  }
}

/**
 * Jobs whose worker handed them back, or is not heard of any more, wait again: workers come to a run for what waits in it, and there may be
 * none at this one. A delivery that was taken meanwhile counts one attempt more, so that a job which has a worker again is left alone.
 */
async function putBack(database: JobsDatabase, { run, offer }: { readonly run: string; readonly offer: number }): Promise<void> {
  await database.rows(
    `UPDATE jobs j SET state = 'waiting' FROM ${database.engineSchema}.job d
     WHERE j.run = $1 AND j.offer = $2 AND j.state = 'taken' AND d.name = $3 AND d.state = 'retry' AND d.data->>'key' = j.key AND d.retry_count = j.attempt`,
    [run, offer, queueName(offer)],
  );
}

async function lockRun(database: JobsDatabase, run: string): Promise<PoolClient> {
  const client = await database.pool.connect().catch((cause) => {
    throw unreachable(cause);
  });
  const [row] = (await client.query('SELECT pg_try_advisory_lock(hashtextextended($1, 7281931)) AS locked', [run])).rows;
  if (row.locked === true) return client;
  client.release();
  throw new StoreError(
    'in-use',
    `another process coordinates the run ${run} on this database. Wait until it has ended, or give this run another name with --run`,
  );
}

async function removeKept(client: PoolClient, run: string): Promise<void> {
  for (const table of ['records', 'holds', 'spent', 'accounts', 'spending_notes']) await client.query(`DELETE FROM ${table} WHERE run = $1`, [run]);
}
