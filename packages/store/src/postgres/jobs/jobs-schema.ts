/** The tables of shared work beside those of pg-boss, which has the queue itself: who may have a job, how often it is tried, who is heard of. */

/** Each entry brings a database to the next version; `ratchet_jobs_migrations` says which were taken. */
export const jobsMigrations: readonly string[] = [
  `
  CREATE SEQUENCE offers;
  CREATE TABLE runs (
    id text PRIMARY KEY, offer bigint NOT NULL, words text NOT NULL, code_version text NOT NULL, open boolean NOT NULL, seen_at timestamptz NOT NULL
  );
  CREATE TABLE jobs (
    run text NOT NULL, offer bigint NOT NULL, key text NOT NULL, json text NOT NULL, state text NOT NULL DEFAULT 'waiting', attempt integer NOT NULL DEFAULT -1,
    units double precision NOT NULL DEFAULT 0, cost_usd double precision NOT NULL DEFAULT 0, what text NOT NULL DEFAULT '', outcome text,
    PRIMARY KEY (run, offer, key)
  );
  CREATE TABLE records (run text NOT NULL, part text NOT NULL, id text NOT NULL, json text NOT NULL, PRIMARY KEY (run, part, id));
  CREATE TABLE accounts (run text NOT NULL, name text NOT NULL, budget_usd double precision, spent_usd double precision NOT NULL, PRIMARY KEY (run, name));
  CREATE TABLE holds (
    id text PRIMARY KEY, run text NOT NULL, account text NOT NULL, offer bigint NOT NULL, key text NOT NULL, attempt integer NOT NULL, usd double precision NOT NULL
  );
  CREATE INDEX holds_of_run ON holds (run, account);
  CREATE TABLE spending_notes (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run text NOT NULL, json text NOT NULL);
  CREATE INDEX spending_notes_of_run ON spending_notes (run);
  CREATE TABLE rates (key text PRIMARY KEY, requests double precision NOT NULL, tokens double precision NOT NULL, at timestamptz NOT NULL, paused_until timestamptz);
  `,
];
