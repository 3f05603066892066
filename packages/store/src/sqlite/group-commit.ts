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

/** Until its group is on the disk. Of each there is as little as can be: groups are gathered for a while, and outlive what made them. */
interface Waiting {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
  end: End | undefined;
}

type End = { readonly kind: 'done'; readonly result: unknown } | { readonly kind: 'failed'; readonly error: unknown };

/** Of a group; with more the first is written at once. */
const mostWaiting = 512;

export function groupCommit(database: DatabaseSync, { clock, windowMs, laterMs }: GroupWindows): GroupCommit {
  let waiting: Waiting[] = [];
  const arranged = { soon: false, later: false };

  /** False where one of the group threw, and nothing was written. */
  const commit = (group: readonly Waiting[], run: (one: Waiting) => void): boolean => {
    let threw = false;
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const one of group) {
        threw = true;
        run(one);
        threw = false;
      }
      database.exec('COMMIT');
      return true;
    } catch (cause) {
      if (database.isTransaction) database.exec('ROLLBACK');
      if (threw) return false;
      throw cause;
    }
  };
  const plain = (one: Waiting): void => {
    one.end = { kind: 'done', result: one.work() };
  };
  const guarded = (one: Waiting): void => {
    database.exec('SAVEPOINT one');
    try {
      plain(one);
      database.exec('RELEASE one');
    } catch (error) {
      database.exec('ROLLBACK TO one; RELEASE one');
      one.end = { kind: 'failed', error };
    }
  };
  const flush = (): void => {
    const group = waiting;
    if (group.length === 0) return;
    waiting = [];
    let written: boolean;
    try {
      // Hardly any work throws: a savepoint for each takes longer than doing the group again.
      written = commit(group, plain) || commit(group, guarded);
    } catch (cause) {
      const error = new StoreError('unavailable', `the store could not write: ${(cause as Error).message}`, { cause });
      for (const { reject } of group) reject(error);
      return;
    }
    for (const { end, resolve, reject } of group) {
      if (!written) reject(new StoreError('unavailable', 'the store could not write, and nobody knows why'));
      else if (end?.kind === 'done') resolve(end.result);
      else reject(end?.error);
    }
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
      waiting.push({ work, resolve: resolve as Waiting['resolve'], reject, end: undefined });
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
