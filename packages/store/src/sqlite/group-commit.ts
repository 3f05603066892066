/** Gathers writes that come close together into one transaction, so that waiting for the disk is shared (group commit: DeWitt et al. 1984). */
import type { DatabaseSync } from 'node:sqlite';
import { type Clock, StoreError } from '@ratchet/core';

export interface GroupCommit {
  /** Resolves to what `work` gave once it is durable. An error of `work` is its caller's alone: what it wrote is taken back. */
  write<Result>(work: () => Result): Promise<Result>;
  /** Writes what is waiting, at once. */
  flush(): void;
}

interface Waiting {
  /** Returns what settles its promise once the group is on the disk. */
  readonly run: () => () => void;
  readonly fail: (error: unknown) => void;
}

/** Of a group; with more the first is written at once. */
const mostWaiting = 512;

/** `windowMs`: how long the first of a group waits for others. */
export function groupCommit(database: DatabaseSync, { clock, windowMs }: { readonly clock: Clock; readonly windowMs: number }): GroupCommit {
  let waiting: Waiting[] = [];
  const flush = (): void => {
    const group = waiting;
    if (group.length === 0) return;
    waiting = [];
    let settle: (() => void)[];
    try {
      database.exec('BEGIN IMMEDIATE');
      settle = group.map(({ run }) => run());
      database.exec('COMMIT');
    } catch (cause) {
      if (database.isTransaction) database.exec('ROLLBACK');
      const error = new StoreError('unavailable', `the store could not write: ${(cause as Error).message}`, { cause });
      for (const { fail } of group) fail(error);
      return;
    }
    for (const one of settle) one();
  };
  return {
    flush,
    write: (work) =>
      new Promise((resolve, reject) => {
        waiting.push({
          fail: reject,
          run: () => {
            database.exec('SAVEPOINT one');
            try {
              const result = work();
              database.exec('RELEASE one');
              return () => resolve(result);
            } catch (error) {
              database.exec('ROLLBACK TO one; RELEASE one');
              return () => reject(error);
            }
          },
        });
        if (waiting.length >= mostWaiting) flush();
        else if (waiting.length === 1) clock.sleep(windowMs).then(flush, reject);
      }),
  };
}
