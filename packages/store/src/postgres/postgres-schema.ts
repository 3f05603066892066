/** The tables of the store for many machines. */

/** Each entry brings a database to the next version; `ratchet_migrations` says which were taken. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE decisions (id text PRIMARY KEY, tenant text NOT NULL, json text NOT NULL);
  CREATE TABLE feedback (decision_id text PRIMARY KEY, id text NOT NULL, key_id text NOT NULL, quality double precision NOT NULL, at_ms double precision NOT NULL);
  CREATE TABLE log (sequence bigint PRIMARY KEY, decision_id text NOT NULL, quality double precision);
  CREATE TABLE log_end (single boolean PRIMARY KEY DEFAULT true CHECK (single), sequence bigint NOT NULL);
  INSERT INTO log_end (sequence) VALUES (0);
  CREATE TABLE snapshots (generation integer PRIMARY KEY, sequence bigint NOT NULL, at_ms double precision NOT NULL, json text NOT NULL, quarantined text);
  CREATE TABLE servings (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, generation integer NOT NULL, at_ms double precision NOT NULL, reason text NOT NULL);
  CREATE TABLE keys (
    id text PRIMARY KEY, name text NOT NULL, secret_hash text NOT NULL, scopes text NOT NULL, tenant text NOT NULL, shares boolean NOT NULL,
    requests_per_minute double precision, budget_usd double precision, created_at_ms double precision NOT NULL, revoked_at_ms double precision
  );
  CREATE TABLE spending (key_id text PRIMARY KEY, usd double precision NOT NULL);
  CREATE TABLE reservations (id text PRIMARY KEY, key_id text NOT NULL, usd double precision NOT NULL, at_ms double precision NOT NULL);
  CREATE INDEX reservations_of_key ON reservations (key_id);
  CREATE TABLE audit (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at_ms double precision NOT NULL, key_id text NOT NULL, action text NOT NULL, detail text NOT NULL);
  `,
  // So that the history of a tenant with few requests is found among those of others.
  `
  ALTER TABLE log ADD COLUMN tenant text;
  UPDATE log SET tenant = (SELECT tenant FROM decisions WHERE id = decision_id);
  CREATE INDEX executions_of_tenant ON log (tenant, sequence) WHERE quality IS NULL;
  `,
];
