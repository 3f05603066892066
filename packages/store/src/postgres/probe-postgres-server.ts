/** Asks a PostgreSQL server who it is, and changes nothing. */
import { StoreError } from '@ratchet/core';

export interface PostgresServer {
  /** `16.3` */
  readonly version: string;
  /** Whether the user may make schemas, which a store's first start needs. */
  readonly mayCreate: boolean;
}

/** Loads the driver. Rejects with a `StoreError` where the server does not answer within three seconds, or refuses the user. */
export async function probePostgresServer(url: string): Promise<PostgresServer> {
  const { default: pg } = await import('pg');
  let client: InstanceType<typeof pg.Client> | undefined;
  try {
    client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 3000, query_timeout: 3000 });
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query("SELECT current_setting('server_version') AS version, has_database_privilege(current_database(), 'CREATE') AS may");
    return { version: String(rows[0]?.version).split(' ')[0] ?? '', mayCreate: rows[0]?.may === true };
  } catch (cause) {
    const { message, code } = cause as Error & { code?: string };
    // What several addresses of a host refused has no message of its own.
    throw new StoreError('unavailable', message === '' ? `no answer (${code ?? 'unknown'})` : message, { cause });
  } finally {
    await client?.end().catch(() => undefined);
  }
}
