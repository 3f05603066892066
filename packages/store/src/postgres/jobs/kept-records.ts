/** Records of a run: once for each id, whoever brings them first. */
import type { PoolClient } from 'pg';
import type { KeptRecord } from '../../jobs/job-queue.ts';
import type { JobsDatabase } from './jobs-database.ts';

export async function keepRecords(client: PoolClient, run: string, records: readonly KeptRecord[]): Promise<void> {
  if (records.length === 0) return;
  await client.query('INSERT INTO records (run, part, id, json) SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING', [
    run,
    records.map(({ part }) => part),
    records.map(({ id }) => id),
    records.map(({ json }) => json),
  ]);
}

export async function readRecords(database: JobsDatabase, run: string, parts: readonly string[]): Promise<readonly KeptRecord[]> {
  const rows = await database.rows('SELECT part, id, json FROM records WHERE run = $1 AND part = ANY ($2::text[])', [run, [...parts]]);
  return rows.map(({ part, id, json }) => ({ part: String(part), id: String(id), json: String(json) }));
}
