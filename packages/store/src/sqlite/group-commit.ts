/** Gathers writes that come close together into one transaction, so that waiting for the disk is shared (group commit: DeWitt et al. 1984). */
import type { DatabaseSync } from 'node:sqlite';
import { type Clock, StoreError } from '@ratchet/core';

export interface GroupCommit {
  /** Resolves to what `work` gave once it is durable. An error of `work` is its caller's alone: what it wrote is taken back. It may be done twice. */
  write<Result>(work: () => Result): Promise<Result>;
  /** The same for what nobody waits for: it joins the next group, and makes one of its own only after a longer while. */
  writeLater<Result>(work: () => Result): Promise<Result>;
  /** Writes what is waiting, at once. */
  flush(): void;
}

export interface GroupWindows {
  readonly clock: Clock;
  /** How long the first of a group waits for others. */
  readonly windowMs: number;
  /** How long a group waits that nobody waits for. */
  readonly laterMs: number;
}

interface Waiting {
  /** Returns what settles its promise once the group is on the disk. Throws what the work throws. */
  readonly run: () => () => void;
  readonly fail: (error: unknown) => void;
}

/** Of a group; with more the first is written at once. */
const mostWaiting = 512;

export function groupCommit(database: DatabaseSync, { clock, windowMs, laterMs }: GroupWindows): GroupCommit {
  let waiting: Waiting[] = [];
  const arranged = { soon: false, later: false };

  /** `undefined` where one of the group threw, and nothing was written. */
  const commit = (group: readonly Waiting[], run: (one: Waiting) => () => void): readonly (() => void)[] | undefined => {
    let threw = false;
    try {
      database.exec('BEGIN IMMEDIATE');
      const settle = group.map((one) => {
        threw = true;
        const settled = run(one);
        threw = false;
        return settled;
      });
      database.exec('COMMIT');
      return settle;
    } catch (cause) {
      if (database.isTransaction) database.exec('ROLLBACK');
      if (threw) return undefined;
      throw cause;
    }
  };
  const guarded = ({ run, fail }: Waiting): (() => void) => {
    database.exec('SAVEPOINT one');
    try {
      const settle = run();
      database.exec('RELEASE one');
      return settle;
    } catch (error) {
      database.exec('ROLLBACK TO one; RELEASE one');
      return () => fail(error);
    }
  };
  const flush = (): void => {
    const group = waiting;
    if (group.length === 0) return;
    waiting = [];
    let settle: readonly (() => void)[];
    try {
      // Hardly any work throws: a savepoint for each takes longer than doing the group again.
      settle = commit(group, ({ run }) => run()) ?? commit(group, guarded) ?? [];
    } catch (cause) {
      const error = new StoreError('unavailable', `the store could not write: ${(cause as Error).message}`, { cause });
      for (const { fail } of group) fail(error);
      return;
    }
    for (const one of settle) one();
  };
  const arrange = (when: 'soon' | 'later', ms: number): void => {
    if (arranged[when]) return;
    arranged[when] = true;
    void clock.sleep(ms).then(() => {
      arranged[when] = false;
      flush();
    });
  };
  const join = <Result>(work: () => Result): Promise<Result> =>
    new Promise((resolve, reject) => {
      waiting.push({
        fail: reject,
        run: () => {
          const result = work();
          return () => resolve(result);
        },
      });
      if (waiting.length >= mostWaiting) flush();
    });
  return {
    flush,
    write: (work) => {
      const written = join(work);
      arrange('soon', windowMs);
      return written;
    },
    writeLater: (work) => {
      const written = join(work);
      arrange('later', laterMs);
      return written;
    },
  };
}
