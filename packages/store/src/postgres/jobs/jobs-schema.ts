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
  CREATE TABLE spent (id text PRIMARY KEY, run text NOT NULL, account text NOT NULL, usd double precision NOT NULL);
  CREATE INDEX spent_of_run ON spent (run, account);
  -- Locks the account. What was spent and what is held is then read at one moment: a settlement turns one into the other without the lock.
  CREATE FUNCTION reserve_usd(a_id text, a_run text, an_account text, an_offer bigint, a_key text, an_attempt integer, a_usd double precision)
  RETURNS text LANGUAGE plpgsql AS $$
  DECLARE budget double precision; folded double precision; settled double precision; settlements bigint; held double precision;
  BEGIN
    SELECT budget_usd, spent_usd INTO budget, folded FROM accounts WHERE run = a_run AND name = an_account FOR UPDATE;
    IF NOT FOUND THEN RETURN 'withdrawn'; END IF;
    IF an_attempt >= 0 AND NOT EXISTS (SELECT 1 FROM jobs WHERE run = a_run AND offer = an_offer AND key = a_key AND attempt = an_attempt) THEN
      RETURN 'lost';
    END IF;
    SELECT coalesce(sum(usd), 0), count(*), (SELECT coalesce(sum(h.usd), 0) FROM holds h WHERE h.run = a_run AND h.account = an_account)
      INTO settled, settlements, held FROM spent WHERE run = a_run AND account = an_account;
    IF folded + settled + a_usd > budget THEN RETURN 'never'; END IF;
    IF settlements > 200 THEN
      WITH gone AS (DELETE FROM spent WHERE run = a_run AND account = an_account RETURNING usd)
        UPDATE accounts SET spent_usd = spent_usd + (SELECT coalesce(sum(usd), 0) FROM gone) WHERE run = a_run AND name = an_account;
    END IF;
    IF folded + settled + held + a_usd > budget THEN RETURN 'later'; END IF;
    INSERT INTO holds (id, run, account, offer, key, attempt, usd) VALUES (a_id, a_run, an_account, an_offer, a_key, an_attempt, a_usd);
    RETURN 'held';
  END $$;
  CREATE TABLE spending_notes (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, run text NOT NULL, json text NOT NULL);
  CREATE INDEX spending_notes_of_run ON spending_notes (run);
  CREATE TABLE rates (key text PRIMARY KEY, requests double precision NOT NULL, tokens double precision NOT NULL, at timestamptz NOT NULL, paused_until timestamptz);
  `,
];
