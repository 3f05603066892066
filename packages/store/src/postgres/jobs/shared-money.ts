/** Accounts of runs in PostgreSQL: every reservation locks its account, so that no number of workers spends more than there is. */
import { type SharedAccount, StoreError } from '@ratchet/core';
import type { PoolClient } from 'pg';
import type { JobClaim } from '../../jobs/job-queue.ts';
import type { JobsDatabase } from './jobs-database.ts';

/** Of the coordinator, which has no job: `claim` has an attempt below 0, and is never over. */
export function sharedAccount(database: JobsDatabase, { run, offer, key, attempt }: JobClaim, name: string): SharedAccount {
  return {
    reserve: (id, usd) =>
      database.transaction(async (client) => {
        const [account] = (await client.query('SELECT budget_usd, spent_usd FROM accounts WHERE run = $1 AND name = $2 FOR UPDATE', [run, name])).rows;
        if (account === undefined) throw new StoreError('in-use', 'the run was withdrawn');
        if (attempt >= 0) {
          const mine = await client.query('SELECT 1 FROM jobs WHERE run = $1 AND offer = $2 AND key = $3 AND attempt = $4', [run, offer, key, attempt]);
          if (mine.rowCount === 0) throw new StoreError('in-use', 'the job is with another worker by now');
        }
        const budgetUsd = (account.budget_usd as number | null) ?? Number.POSITIVE_INFINITY;
        const spentUsd = account.spent_usd as number;
        if (spentUsd + usd > budgetUsd) return 'never';
        // Summed anew each time, and seen as of the lock.
        const held = (await client.query('SELECT coalesce(sum(usd), 0) AS usd FROM holds WHERE run = $1 AND account = $2', [run, name])).rows[0].usd as number;
        if (spentUsd + held + usd > budgetUsd) return 'later';
        const values = [id, run, name, offer, key, attempt, usd];
        await client.query('INSERT INTO holds (id, run, account, offer, key, attempt, usd) VALUES ($1, $2, $3, $4, $5, $6, $7)', values);
        return 'held';
      }),
    settle: (id, usd) =>
      database.transaction(async (client) => {
        await client.query('SELECT 1 FROM accounts WHERE run = $1 AND name = $2 FOR UPDATE', [run, name]);
        const ended = await client.query('DELETE FROM holds WHERE id = $1', [id]);
        if (ended.rowCount === 0 || usd === 0) return;
        await client.query('UPDATE accounts SET spent_usd = spent_usd + $3 WHERE run = $1 AND name = $2', [run, name, usd]);
      }),
    spentUsd: async () =>
      ((await database.rows('SELECT spent_usd FROM accounts WHERE run = $1 AND name = $2', [run, name]))[0]?.['spent_usd'] as number | undefined) ?? 0,
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
