/** The tables of the embedded store. */

/** Each entry brings a database to the next version; the file's `user_version` says how many were taken. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE decisions (id TEXT PRIMARY KEY, tenant TEXT NOT NULL, json TEXT NOT NULL) WITHOUT ROWID, STRICT;
  CREATE TABLE feedback (decision_id TEXT PRIMARY KEY, id TEXT NOT NULL, key_id TEXT NOT NULL, quality REAL NOT NULL, at_ms REAL NOT NULL) WITHOUT ROWID, STRICT;
  CREATE TABLE log (sequence INTEGER PRIMARY KEY AUTOINCREMENT, decision_id TEXT NOT NULL, quality REAL) STRICT;
  CREATE TABLE snapshots (generation INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, at_ms REAL NOT NULL, json TEXT NOT NULL, quarantined TEXT) STRICT;
  CREATE TABLE servings (position INTEGER PRIMARY KEY AUTOINCREMENT, generation INTEGER NOT NULL, at_ms REAL NOT NULL, reason TEXT NOT NULL) STRICT;
  CREATE TABLE keys (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, secret_hash TEXT NOT NULL, scopes TEXT NOT NULL, tenant TEXT NOT NULL, shares INTEGER NOT NULL,
    requests_per_minute REAL, budget_usd REAL, created_at_ms REAL NOT NULL, revoked_at_ms REAL
  ) WITHOUT ROWID, STRICT;
  CREATE TABLE spending (key_id TEXT PRIMARY KEY, usd REAL NOT NULL) WITHOUT ROWID, STRICT;
  CREATE TABLE reservations (id TEXT PRIMARY KEY, key_id TEXT NOT NULL, usd REAL NOT NULL, at_ms REAL NOT NULL) WITHOUT ROWID, STRICT;
  CREATE INDEX reservations_of_key ON reservations (key_id);
  CREATE TABLE audit (position INTEGER PRIMARY KEY AUTOINCREMENT, at_ms REAL NOT NULL, key_id TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
  `,
  // So that the history of a tenant with few requests is found among those of others.
  `
  ALTER TABLE log ADD COLUMN tenant TEXT;
  UPDATE log SET tenant = (SELECT tenant FROM decisions WHERE id = decision_id);
  CREATE INDEX executions_of_tenant ON log (tenant, sequence) WHERE quality IS NULL;
  `,
  'CREATE INDEX judgements ON log (sequence) WHERE quality IS NOT NULL;',
  // In the order of the log, with the texts in the table itself: in the index of a table without row ids, each text of a kilobyte has a page of its own.
  `
  CREATE TABLE decisions_in_order (id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, json TEXT NOT NULL) STRICT;
  INSERT INTO decisions_in_order SELECT d.id, d.tenant, d.json FROM log l JOIN decisions d ON d.id = l.decision_id WHERE l.quality IS NULL ORDER BY l.sequence;
  INSERT OR IGNORE INTO decisions_in_order SELECT id, tenant, json FROM decisions;
  DROP TABLE decisions;
  ALTER TABLE decisions_in_order RENAME TO decisions;
  `,
];
