/** Reads a key out of a row, whichever database it is from. */
import type { KeyScope, StoredKey } from '@ratchet/core';

/** SQLite has 0 and 1 where PostgreSQL has false and true. */
export function keyOf(row: Readonly<Record<string, unknown>>): StoredKey {
  return {
    id: String(row['id']),
    name: String(row['name']),
    secretHash: String(row['secret_hash']),
    scopes: String(row['scopes']).split(',') as KeyScope[],
    tenant: String(row['tenant']),
    shares: row['shares'] === true || row['shares'] === 1,
    requestsPerMinute: row['requests_per_minute'] as number | null,
    budgetUsd: row['budget_usd'] as number | null,
    createdAtMs: row['created_at_ms'] as number,
    revokedAtMs: row['revoked_at_ms'] as number | null,
  };
}
