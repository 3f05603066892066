/** What requests write, many of a kind at once: a statement takes a hundred of them in little more time than one. */
import type { FeedbackEnd, Store, StoredDecision, StoredFeedback } from '@ratchet/core';
import type { PoolClient } from 'pg';
import type { WriteMany } from './postgres-writer.ts';

interface Appended {
  readonly decisionId: string;
  readonly tenant: string;
  readonly quality: number | null;
}

async function append(client: PoolClient, entries: readonly Appended[]): Promise<void> {
  if (entries.length === 0) return;
  await client.query({
    name: 'append',
    text: `WITH last AS (UPDATE log_end SET sequence = sequence + $1::bigint RETURNING sequence - $1::bigint AS sequence)
      INSERT INTO log (sequence, decision_id, tenant, quality)
      SELECT last.sequence + place, decision_id, tenant, quality
      FROM last, unnest($2::text[], $3::text[], $4::double precision[]) WITH ORDINALITY AS entry (decision_id, tenant, quality, place)`,
    values: [entries.length, entries.map(({ decisionId }) => decisionId), entries.map(({ tenant }) => tenant), entries.map(({ quality }) => quality)],
  });
}

export const recordDecisions: WriteMany<StoredDecision, void> = async (client, decisions) => {
  const first = new Map<string, StoredDecision>();
  for (const decision of decisions) if (!first.has(decision.id)) first.set(decision.id, decision);
  const some = [...first.values()];
  const { rows } = await client.query({
    name: 'record-decisions',
    text: `INSERT INTO decisions (id, tenant, json) SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING RETURNING id`,
    values: [some.map(({ id }) => id), some.map(({ tenant }) => tenant), some.map((decision) => JSON.stringify(decision))],
  });
  const added = new Set(rows.map((row: { readonly id: string }) => row.id));
  await append(
    client,
    some.filter(({ id }) => added.has(id)).map(({ id, tenant }) => ({ decisionId: id, tenant, quality: null })),
  );
  return decisions.map(() => undefined);
};

export const recordFeedbacks: WriteMany<StoredFeedback, FeedbackEnd> = async (client, feedbacks) => {
  const { rows } = await client.query({
    name: 'judged-decisions',
    text: `SELECT d.id AS decision_id, d.tenant, f.id, f.quality FROM decisions d LEFT JOIN feedback f ON f.decision_id = d.id WHERE d.id = ANY($1::text[])`,
    values: [feedbacks.map(({ decisionId }) => decisionId)],
  });
  const known = new Map<string, { readonly tenant: string; id: string | null; quality: number | null }>(rows.map((row) => [row.decision_id, row]));
  const recorded: StoredFeedback[] = [];
  const ends = feedbacks.map((feedback): FeedbackEnd => {
    const decision = known.get(feedback.decisionId);
    if (decision === undefined || decision.tenant !== feedback.tenant) return 'no-decision';
    if (decision.id !== null) return decision.id === feedback.id && decision.quality === feedback.quality ? 'known' : 'conflict';
    decision.id = feedback.id;
    decision.quality = feedback.quality;
    recorded.push(feedback);
    return 'recorded';
  });
  if (recorded.length === 0) return ends;
  await client.query({
    name: 'record-feedbacks',
    text: `INSERT INTO feedback (decision_id, id, key_id, quality, at_ms)
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::double precision[], $5::double precision[])`,
    values: [
      recorded.map(({ decisionId }) => decisionId),
      recorded.map(({ id }) => id),
      recorded.map(({ keyId }) => keyId),
      recorded.map(({ quality }) => quality),
      recorded.map(({ atMs }) => atMs),
    ],
  });
  await append(client, recorded);
  return ends;
};

/** Of `Store.settle`. */
export interface Settlement {
  readonly reservationId: string | null;
  readonly keyId: string;
  readonly usd: number;
}

export const settleSpending: WriteMany<Settlement, void> = async (client, settlements) => {
  const reservations = settlements.flatMap(({ reservationId }) => (reservationId === null ? [] : [reservationId]));
  if (reservations.length > 0) await client.query({ name: 'settle', text: 'DELETE FROM reservations WHERE id = ANY($1::text[])', values: [reservations] });
  const spent = new Map<string, number>();
  for (const { keyId, usd } of settlements) spent.set(keyId, (spent.get(keyId) ?? 0) + usd);
  await client.query({
    name: 'spend',
    text: `INSERT INTO spending (key_id, usd) SELECT * FROM unnest($1::text[], $2::double precision[])
      ON CONFLICT (key_id) DO UPDATE SET usd = spending.usd + excluded.usd`,
    values: [[...spent.keys()], [...spent.values()]],
  });
  return settlements.map(() => undefined);
};

/** A reservation of a process that is gone no longer holds money after so long. */
const reservationMs = 3_600_000;

export type Reservation = Parameters<Store['reserve']>[0];

/** First come, first served: false for each that its key has not the money for. */
export const reserveMoney: WriteMany<Reservation, boolean> = async (client, reservations) => {
  const latest = Math.max(...reservations.map(({ atMs }) => atMs));
  const { rows } = await client.query({
    name: 'budgets',
    text: `SELECT k.id, k.budget_usd, coalesce((SELECT usd FROM spending WHERE key_id = k.id), 0)
        + coalesce((SELECT sum(usd) FROM reservations WHERE key_id = k.id AND at_ms > $2::double precision), 0) AS taken
      FROM keys k WHERE k.id = ANY($1::text[])`,
    values: [[...new Set(reservations.map(({ keyId }) => keyId))], latest - reservationMs],
  });
  const keys = new Map<string, { readonly budget_usd: number | null; taken: number }>(rows.map((row) => [row.id, row]));
  const held: Reservation[] = [];
  const ends = reservations.map((reservation) => {
    const key = keys.get(reservation.keyId);
    if (key === undefined || (key.budget_usd !== null && key.taken + reservation.usd > key.budget_usd)) return false;
    key.taken += reservation.usd;
    held.push(reservation);
    return true;
  });
  if (held.length === 0) return ends;
  await client.query({
    name: 'reserve',
    text: 'INSERT INTO reservations (id, key_id, usd, at_ms) SELECT * FROM unnest($1::text[], $2::text[], $3::double precision[], $4::double precision[])',
    values: [held.map(({ id }) => id), held.map(({ keyId }) => keyId), held.map(({ usd }) => usd), held.map(({ atMs }) => atMs)],
  });
  return ends;
};

/** In the order in which those of one transaction are written: judgements see decisions that came with them, and money is given back before it is asked for. */
export const writesOfRequests = [recordDecisions, recordFeedbacks, settleSpending, reserveMoney] as const;
