/** The database that machines share: what the flag says, else the environment. */
import { readEnvironment } from './read-environment.ts';
import { UsageError } from './usage-error.ts';

/** Throws a `UsageError` where neither says it. */
export function databaseUrl(named: string | undefined): string {
  const url = named ?? readEnvironment()['DATABASE_URL'] ?? '';
  if (url !== '') return url;
  throw new UsageError(
    'workers share a PostgreSQL server, and none is named: set DATABASE_URL (environment or .env), or give --database-url postgresql://user@host:5432/database',
  );
}
