/** Writes of one process to PostgreSQL: those that wait together in one transaction, those of one kind in one statement. */
import { StoreError } from '@ratchet/core';
import type { Pool, PoolClient } from 'pg';

/** Writes some of one kind, in their order, and gives what each came to. Where it throws nothing of it stands, and each is written by itself. */
export type WriteMany<Item, Result> = (client: PoolClient, items: readonly Item[]) => Promise<readonly Result[]>;

export type Work<Result> = (client: PoolClient) => Promise<Result>;

export interface PostgresWriter {
  /** Resolves to what `many` gave for the item once it is committed. An error of the item is its caller's alone. */
  writeOf<Item, Result>(many: WriteMany<Item, Result>, item: Item): Promise<Result>;
  /** The same for what is of no kind. It may be done twice. */
  write<Result>(work: Work<Result>): Promise<Result>;
  /** Resolves when all that was to be written by now is committed, or has failed. */
  settled(): Promise<void>;
}

type AnyKind = WriteMany<never, unknown>;

interface Waiting {
  readonly many: WriteMany<unknown, unknown>;
  readonly item: unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** In one transaction, which the writes of all other processes wait for. */
const mostWaiting = 512;

const oneByOne: WriteMany<Work<unknown>, unknown> = async (client, works) => {
  const results: unknown[] = [];
  for (const work of works) results.push(await work(client));
  return results;
};

/**
 * Every transaction begins by locking the end of the log. So those of all processes come one after the other: entries become visible in
 * the order of their sequences, sums of money are those of everybody, and no two wait for each other. What is in one transaction is
 * written kind by kind in the order of `kinds`, what is of no kind before them, and what is of another after.
 */
export function postgresWriter(pool: Pool, kinds: readonly AnyKind[]): PostgresWriter {
  const inOrder = [oneByOne, ...kinds];
  let waiting: Waiting[] = [];
  let writing = false;
  const counts = { given: 0, ended: 0 };
  /** Each until so many have ended. */
  let readers: { readonly count: number; readonly resolve: () => void }[] = [];

  const writeGroup = async (group: readonly Waiting[]): Promise<void> => {
    let client: PoolClient | undefined;
    try {
      client = await pool.connect();
      await client.query('BEGIN; SELECT sequence FROM log_end FOR UPDATE');
      const settle: (() => void)[] = [];
      for (const kind of new Set([...inOrder, ...group.map(({ many }) => many)])) {
        const some = group.filter(({ many }) => many === kind);
        if (some.length > 0) settle.push(...(await writeSome(client, some)));
      }
      await client.query('COMMIT');
      client.release();
      for (const one of settle) one();
    } catch (cause) {
      // A connection in doubt is not used again, which ends its transaction.
      client?.release(true);
      const error = new StoreError('unavailable', `the store could not write: ${(cause as Error).message}`, { cause });
      for (const { reject } of group) reject(error);
    }
  };
  const pump = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting.slice(0, mostWaiting);
      waiting = waiting.slice(mostWaiting);
      await writeGroup(group);
      counts.ended += group.length;
      for (const { count, resolve } of readers) if (count <= counts.ended) resolve();
      readers = readers.filter(({ count }) => count > counts.ended);
    }
    writing = false;
  };
  const writeOf = <Item, Result>(many: WriteMany<Item, Result>, item: Item): Promise<Result> =>
    new Promise((resolve, reject) => {
      waiting.push({ many: many as WriteMany<unknown, unknown>, item, resolve: resolve as Waiting['resolve'], reject });
      counts.given++;
      if (writing) return;
      writing = true;
      // Begun after this turn, so that what comes in it is one group.
      void Promise.resolve().then(pump);
    });
  /** Not of what comes later: under load there is always more to write. */
  const settled = (): Promise<void> =>
    new Promise((resolve) => {
      if (counts.ended === counts.given) resolve();
      else readers.push({ count: counts.given, resolve });
    });
  return { settled, writeOf, write: (work) => writeOf(oneByOne as WriteMany<typeof work, never>, work) };
}

/** All of one kind. Gives what tells their callers, once it is committed. */
async function writeSome(client: PoolClient, some: readonly Waiting[]): Promise<readonly (() => void)[]> {
  const [first] = some;
  if (first === undefined) return [];
  await client.query('SAVEPOINT kind');
  try {
    const results = await first.many(
      client,
      some.map(({ item }) => item),
    );
    await client.query('RELEASE kind');
    return some.map(
      ({ resolve }, index) =>
        () =>
          resolve(results[index]),
    );
  } catch (error) {
    await client.query('ROLLBACK TO kind; RELEASE kind');
    if (some.length === 1) return [() => first.reject(error)];
    const settle: (() => void)[] = [];
    for (const one of some) settle.push(...(await writeSome(client, [one])));
    return settle;
  }
}
