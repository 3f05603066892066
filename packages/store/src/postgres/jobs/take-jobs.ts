/** The worker's side of the job queue: takes jobs one after another, and writes of each only as long as it is the worker's. */
import type { JobClaim, OfferedRun, TakenJob, Taking } from '../../jobs/job-queue.ts';
import { heartbeatRefreshSeconds, type JobsDatabase, queueName } from './jobs-database.ts';
import { keepRecords, readRecords } from './kept-records.ts';
import { spendHolds } from './shared-money.ts';

const pollingIntervalSeconds = 0.5;

/** What a handler throws so that pg-boss gives the job out again. */
const handedBack = new Error('handed back');

export async function takeJobs(
  database: JobsDatabase,
  { run, count }: { readonly run: OfferedRun; readonly count: number },
  handler: (job: TakenJob) => Promise<'ended' | 'handed-back'>,
): Promise<Taking> {
  const engine = await database.engine('worker');
  const queue = queueName(run.offer);
  const ids: string[] = [];
  for (let slot = 0; slot < count; slot++) {
    const id = await engine.work<{ key: string }>(queue, { pollingIntervalSeconds, heartbeatRefreshSeconds }, async ([delivered]) => {
      if (delivered === undefined) return;
      const job = await take(database, { run: run.id, offer: run.offer, key: delivered.data.key, attempt: delivered.retryCount });
      // Delivered once more after it had ended.
      if (job === undefined) return;
      const end = await handler(job);
      // The next is asked for at once.
      engine.notifyWorker(ids[slot] as string);
      if (end === 'handed-back') throw handedBack;
    });
    ids.push(id);
  }
  return {
    stop: async () => {
      await engine.offWork(queue, { wait: true });
    },
  };
}

/** From then on nothing of an earlier attempt is written any more. */
async function take(database: JobsDatabase, claim: JobClaim): Promise<TakenJob | undefined> {
  const { run, offer, key, attempt } = claim;
  const values = [run, offer, key, attempt];
  const json = await database.transaction(async (client) => {
    const [row] = (
      await client.query(
        `UPDATE jobs SET attempt = $4, state = 'taken' WHERE run = $1 AND offer = $2 AND key = $3 AND attempt < $4 AND state IN ('waiting', 'taken') RETURNING json`,
        values,
      )
    ).rows;
    if (row === undefined) return undefined;
    if (attempt > 0) await spendHolds(client, run, claim);
    return String(row.json);
  });
  if (json === undefined) return undefined;
  const mine = "run = $1 AND offer = $2 AND key = $3 AND attempt = $4 AND state = 'taken'";
  const end = async (state: 'done' | 'failed', outcome: string): Promise<boolean> =>
    (await database.rows(`UPDATE jobs SET state = $5, outcome = $6 WHERE ${mine} RETURNING 1`, [...values, state, outcome])).length > 0;
  return {
    key,
    json,
    claim,
    kept: (parts) => readRecords(database, run, parts),
    keep: (records, { units, costUsd, what }) =>
      database.transaction(async (client) => {
        // Locks the job: who takes it over afterwards sees what is written here.
        const held = await client.query(`UPDATE jobs SET units = $5, cost_usd = $6, what = $7 WHERE ${mine}`, [...values, units, costUsd, what]);
        if (held.rowCount === 0) return false;
        await keepRecords(client, run, records);
        return true;
      }),
    finish: (outcome) => end('done', outcome),
    fail: (why) => end('failed', why),
  };
}
