/** The job queue that machines share, and the one place that names its adapter; the database is what a flag says, else the environment. */
import { type JobQueue, openPostgresJobQueue } from '@ratchet/store';
import { readEnvironment } from './read-environment.ts';
import { UsageError } from './usage-error.ts';

/** Rejects with a `StoreError` where the database is not there. */
export function openJobQueue(url: string): Promise<JobQueue> {
  return openPostgresJobQueue({ url });
}

/** Throws a `UsageError` where neither says it. */
export function databaseUrl(named: string | undefined): string {
  const url = named ?? readEnvironment()['DATABASE_URL'] ?? '';
  if (url !== '') return url;
  throw new UsageError(
    'workers share a PostgreSQL server, and none is named: set DATABASE_URL (environment or .env), or give --database-url postgresql://user@host:5432/database',
  );
}
