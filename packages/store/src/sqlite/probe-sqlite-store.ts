/** Looks at a store's file without changing it: is it one, can it be written to? */
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '@ratchet/core';
import { migrations } from './sqlite-schema.ts';

/** Throws a `StoreError` for a file that is no database, cannot be written to, or is of a later version. Waits a second for others that write. */
export function probeSqliteStore(file: string): void {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { timeout: 1000 });
    // Takes the lock that a write would take; nothing is written.
    database.exec('BEGIN IMMEDIATE');
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    database.exec('ROLLBACK');
    if (version > migrations.length) throw new StoreError('damaged', `written by a later version of Ratchet (${version}; this one knows ${migrations.length})`);
  } catch (cause) {
    if (cause instanceof StoreError) throw cause;
    throw new StoreError('unavailable', (cause as Error).message, { cause });
  } finally {
    database?.close();
  }
}
