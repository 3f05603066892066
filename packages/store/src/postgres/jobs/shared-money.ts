/** Accounts of runs in PostgreSQL: every reservation locks its account, so that no number of workers spends more than there is. */
import { type SharedAccount, StoreError } from '@ratchet/core';
import type { PoolClient } from 'pg';
import type { JobClaim } from '../../jobs/job-queue.ts';
import type { JobsDatabase } from './jobs-database.ts';

/**
 * Of the coordinator, which has no job: `claim` has an attempt below 0, and is never over. Reservations are not waited for until they are on
 * the disk, as the account is locked meanwhile; settlements are, and lock nothing. So a server that crashes forgets at most reservations of
 * its last second, and no settlement.
 */
export function sharedAccount(database: JobsDatabase, { run, offer, key, attempt }: JobClaim, name: string): SharedAccount {
  return {
    reserve: async (id, usd) => {
      const [row] = await database.quickly('SELECT reserve_usd($1, $2, $3, $4, $5, $6, $7) AS answer', [id, run, name, offer, key, attempt, usd]);
      const answer = row?.['answer'] as 'held' | 'later' | 'never' | 'withdrawn' | 'lost';
      if (answer === 'withdrawn') throw new StoreError('in-use', 'the run was withdrawn');
      if (answer === 'lost') throw new StoreError('in-use', 'the job is with another worker by now');
      return answer;
    },
    settle: async (id, usd) => {
      // A reservation that a crash forgot is still the job's own: then nobody else counted it.
      await database.rows(
        `WITH held AS (DELETE FROM holds WHERE id = $1 RETURNING 1)
         INSERT INTO spent (id, run, account, usd) SELECT $1, $2, $3, $7::float8
         WHERE $7::float8 > 0 AND ($6::integer < 0 OR EXISTS (SELECT 1 FROM held) OR EXISTS (SELECT 1 FROM jobs WHERE run = $2 AND offer = $4 AND key = $5 AND attempt = $6))
         ON CONFLICT DO NOTHING`,
        [id, run, name, offer, key, attempt, usd],
      );
    },
    spentUsd: async () => {
      const [row] = await database.rows(
        `SELECT spent_usd + (SELECT coalesce(sum(usd), 0) FROM spent WHERE run = $1 AND account = $2) AS usd FROM accounts WHERE run = $1 AND name = $2`,
        [run, name],
      );
      return (row?.['usd'] as number | undefined) ?? 0;
    },
  };
}

/** What was held by those who are gone counts as spent: their calls may have been answered. `key` and `attempt` name whose job it was; of all jobs without. */
export async function spendHolds(client: PoolClient, run: string, before?: Pick<JobClaim, 'key' | 'attempt'>): Promise<void> {
  // In one order, so that no two wait for each other.
  await client.query('SELECT 1 FROM accounts WHERE run = $1 ORDER BY name FOR UPDATE', [run]);
  const [which, values] = before === undefined ? ['', []] : ['AND key = $2 AND attempt < $3', [before.key, before.attempt]];
  await client.query(
    `WITH gone AS (DELETE FROM holds WHERE run = $1 ${which} RETURNING account, usd)
     UPDATE accounts a SET spent_usd = spent_usd + g.usd FROM (SELECT account, sum(usd) AS usd FROM gone GROUP BY account) g WHERE a.run = $1 AND a.name = g.account`,
    [run, ...values],
  );
}
