/** The embedded store: one SQLite file with a write-ahead log, nothing to start. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type Clock, type LogEntry, type Store, StoreError } from '@ratchet/core';
import { closedError } from '../closed-error.ts';
import { decisionText, readDecision } from '../stored-decision.ts';
import { keyOf } from '../stored-key-row.ts';
import { groupCommit } from './group-commit.ts';
import { spendingSums } from './spending-sums.ts';
import { migrations } from './sqlite-schema.ts';

export interface SqliteStoreOptions {
  /** A path, or `:memory:`. */
  readonly file: string;
  readonly clock: Clock;
  /** How long a write waits for others to share its transaction; 2 unless told. */
  readonly windowMs?: number;
}

/** So many times as long wait decisions and spending, for which no client waits. */
const laterWindows = 50;

/** A reservation of a process that is gone no longer holds money after so long. */
const reservationMs = 3_600_000;

/**
 * Several processes may open the file. Each transaction is on the disk before its writes are acknowledged (`synchronous=FULL`). Throws a
 * `StoreError` where the file cannot be opened, is no database, or was written by a later version.
 */
export function openSqliteStore({ file, clock, windowMs = 2 }: SqliteStoreOptions): Store {
  const database = open(file);
  const statement = (sql: string) => database.prepare(sql);
  const sql = {
    addDecision: statement('INSERT OR IGNORE INTO decisions (id, tenant, json) VALUES (?, ?, ?)'),
    addEntry: statement('INSERT INTO log (decision_id, quality, tenant) VALUES (?, ?, ?)'),
    decision: statement('SELECT d.json, f.quality FROM decisions d LEFT JOIN feedback f ON f.decision_id = d.id WHERE d.id = ?'),
    judgement: statement('SELECT d.tenant, f.quality, f.id AS feedbackId FROM decisions d LEFT JOIN feedback f ON f.decision_id = d.id WHERE d.id = ?'),
    addFeedback: statement('INSERT INTO feedback (decision_id, id, key_id, quality, at_ms) VALUES (?, ?, ?, ?, ?)'),
    entries: statement(
      'SELECT l.sequence, l.quality, d.json FROM log l JOIN decisions d ON d.id = l.decision_id WHERE l.sequence > ? ORDER BY l.sequence LIMIT ?',
    ),
    judged: statement('SELECT count(*) AS judged FROM log WHERE sequence > ? AND quality IS NOT NULL'),
    executions: statement(
      `SELECT l.sequence, f.quality, d.json FROM log l JOIN decisions d ON d.id = l.decision_id LEFT JOIN feedback f ON f.decision_id = l.decision_id
       WHERE l.tenant = ? AND l.quality IS NULL AND l.sequence < ? ORDER BY l.sequence DESC LIMIT ?`,
    ),
    last: statement('SELECT max(sequence) AS last FROM log'),
    addSnapshot: statement('INSERT OR IGNORE INTO snapshots (generation, sequence, at_ms, json) VALUES (?, ?, ?, ?)'),
    snapshot: statement('SELECT generation, sequence, at_ms AS atMs, json FROM snapshots WHERE generation = ?'),
    snapshots: statement('SELECT generation, sequence, at_ms AS atMs, quarantined FROM snapshots ORDER BY generation'),
    quarantine: statement('UPDATE snapshots SET quarantined = ? WHERE generation = ?'),
    addServing: statement('INSERT INTO servings (generation, at_ms, reason) VALUES (?, ?, ?)'),
    servings: statement('SELECT generation, at_ms AS atMs, reason FROM servings ORDER BY position DESC LIMIT ?'),
    addKey: statement('INSERT OR IGNORE INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    key: statement('SELECT * FROM keys WHERE id = ?'),
    keys: statement('SELECT * FROM keys ORDER BY created_at_ms, id'),
    revoke: statement('UPDATE keys SET revoked_at_ms = ? WHERE id = ? AND revoked_at_ms IS NULL'),
    spent: statement('SELECT usd FROM spending WHERE key_id = ?'),
    held: statement('SELECT coalesce(sum(usd), 0) AS usd FROM reservations WHERE key_id = ? AND at_ms > ?'),
    reserve: statement('INSERT INTO reservations (id, key_id, usd, at_ms) VALUES (?, ?, ?, ?)'),
    release: statement('DELETE FROM reservations WHERE id = ?'),
    spend: statement('INSERT INTO spending (key_id, usd) VALUES (?, ?) ON CONFLICT (key_id) DO UPDATE SET usd = usd + excluded.usd'),
    addAudit: statement('INSERT INTO audit (at_ms, key_id, action, detail) VALUES (?, ?, ?, ?)'),
    audits: statement('SELECT at_ms AS atMs, key_id AS keyId, action, detail FROM audit ORDER BY position DESC LIMIT ?'),
  };
  const commits = groupCommit(database, { clock, windowMs, laterMs: laterWindows * windowMs });
  const sums = spendingSums(commits, (keyId, usd) => {
    sql.spend.run(keyId, usd);
  });
  let closed = false;
  const write = <Result>(work: () => Result): Promise<Result> => (closed ? Promise.reject(closedError()) : commits.write(work));
  const writeLater = <Result>(work: () => Result): Promise<Result> => (closed ? Promise.reject(closedError()) : commits.writeLater(work));
  /** Sees what was written before, acknowledged or not. */
  const read = async <Result>(work: () => Result): Promise<Result> => {
    if (closed) throw closedError();
    commits.flush();
    return work();
  };
  const spentOf = (keyId: string): number => Number(sql.spent.get(keyId)?.['usd'] ?? 0);

  return {
    recordDecision: (decision) =>
      writeLater(() => {
        const { changes } = sql.addDecision.run(decision.id, decision.tenant, decisionText(decision));
        if (changes > 0) sql.addEntry.run(decision.id, null, decision.tenant);
      }),
    decision: (id) =>
      read(() => {
        const row = sql.decision.get(id);
        return row === undefined ? undefined : { decision: readDecision(String(row['json'])), quality: row['quality'] as number | null };
      }),
    recordFeedback: ({ id, decisionId, keyId, tenant, quality, atMs }) =>
      write(() => {
        const row = sql.judgement.get(decisionId);
        if (row === undefined || row['tenant'] !== tenant) return 'no-decision';
        if (row['feedbackId'] !== null) return row['feedbackId'] === id && row['quality'] === quality ? 'known' : 'conflict';
        sql.addFeedback.run(decisionId, id, keyId, quality, atMs);
        sql.addEntry.run(decisionId, quality, tenant);
        return 'recorded';
      }),
    entriesAfter: (sequence, limit) => read(() => sql.entries.all(sequence, limit).map(entryOf)),
    executionsOf: (tenant, { before, limit }) => read(() => sql.executions.all(tenant, before, limit).map(entryOf)),
    lastSequence: () => read(() => Number(sql.last.get()?.['last'] ?? 0)),
    judgedAfter: (sequence) => read(() => Number(sql.judged.get(sequence)?.['judged'])),
    addSnapshot: ({ generation, sequence, atMs, json }) => write(() => sql.addSnapshot.run(generation, sequence, atMs, json).changes > 0),
    snapshot: (generation) =>
      read(() => {
        const row = sql.snapshot.get(generation);
        return row === undefined ? undefined : (row as unknown as { generation: number; sequence: number; atMs: number; json: string });
      }),
    snapshots: () => read(() => sql.snapshots.all() as unknown as { generation: number; sequence: number; atMs: number; quarantined: string | null }[]),
    quarantine: (generation, why) =>
      write(() => {
        sql.quarantine.run(why, generation);
      }),
    setServing: ({ generation, atMs, reason }) =>
      write(() => {
        sql.addServing.run(generation, atMs, reason);
      }),
    servings: (limit) => read(() => sql.servings.all(limit) as unknown as { generation: number; atMs: number; reason: string }[]),
    addKey: (key) =>
      write(() => {
        const { id, name, secretHash, scopes, tenant, shares, requestsPerMinute, budgetUsd, createdAtMs, revokedAtMs } = key;
        const values = [id, name, secretHash, scopes.join(','), tenant, shares ? 1 : 0, requestsPerMinute, budgetUsd, createdAtMs, revokedAtMs];
        if (sql.addKey.run(...values).changes === 0) throw new StoreError('known-key', `there is a key "${id}" already`);
      }),
    key: (id) =>
      read(() => {
        const row = sql.key.get(id);
        return row === undefined ? undefined : keyOf(row);
      }),
    keys: () => read(() => sql.keys.all().map(keyOf)),
    revokeKey: (id, atMs) => write(() => sql.revoke.run(atMs, id).changes > 0),
    reserve: ({ id, keyId, usd, atMs }) =>
      write(() => {
        const budget = sql.key.get(keyId)?.['budget_usd'] as number | null | undefined;
        if (budget === undefined) return false;
        const held = Number(sql.held.get(keyId, atMs - reservationMs)?.['usd']);
        if (budget !== null && spentOf(keyId) + held + usd > budget) return false;
        sql.reserve.run(id, keyId, usd, atMs);
        return true;
      }),
    settle: (reservationId, { keyId, usd }) => {
      if (closed) return Promise.reject(closedError());
      // What was set aside ends in the same moment as it is spent, between the reservations before it and after it.
      if (reservationId === null) return sums.add(keyId, usd);
      return writeLater(() => {
        sql.release.run(reservationId);
        sql.spend.run(keyId, usd);
      });
    },
    spentUsd: (keyId) => read(() => spentOf(keyId)),
    audit: ({ atMs, keyId, action, detail }) =>
      write(() => {
        sql.addAudit.run(atMs, keyId, action, detail);
      }),
    audits: (limit) => read(() => sql.audits.all(limit) as unknown as { atMs: number; keyId: string; action: string; detail: string }[]),
    close: async () => {
      if (closed) return;
      commits.flush();
      closed = true;
      database.close();
    },
  };
}

function entryOf(row: Readonly<Record<string, unknown>>): LogEntry {
  return { sequence: Number(row['sequence']), decision: readDecision(String(row['json'])), quality: row['quality'] as number | null };
}

function open(file: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
    database = new DatabaseSync(file, { timeout: 5000 });
    // A decision and its neighbours fit a page of 8 kB better than one of 4: a tenth less space. Files that are there keep theirs.
    database.exec('PRAGMA page_size = 8192');
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    database.exec('BEGIN IMMEDIATE');
    const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version']);
    if (version > migrations.length)
      throw new StoreError('damaged', `it was written by a later version of Ratchet (${version}; this one knows ${migrations.length})`);
    for (const migration of migrations.slice(version)) database.exec(migration);
    database.exec(`PRAGMA user_version = ${migrations.length}; COMMIT`);
    return database;
  } catch (cause) {
    // Whoever else has it, or puts another in its place, does not wait for what was begun here.
    database?.close();
    throw new StoreError(cause instanceof StoreError ? cause.kind : 'unavailable', `the store ${file} cannot be opened: ${(cause as Error).message}`, {
      cause,
    });
  }
}
