/** The port to what a service must not forget: decisions, the log of their outcomes, snapshots, keys, spending, audit. */
import type { OfferedTools } from './offered-tools.ts';
import type { RequestFamily } from './request-family.ts';

/** A decision of the service with what came of executing it. All times are milliseconds of the Unix epoch. */
export interface StoredDecision {
  readonly id: string;
  readonly atMs: number;
  readonly tenant: string;
  /** Of the key that asked. */
  readonly keyId: string;
  /** What was asked: learners analyse it again. Never shown to another tenant. */
  readonly text: string;
  readonly session: string | null;
  readonly armId: string;
  /** Of the arm, in (0, 1]. */
  readonly propensity: number;
  /** Every arm with its probability; empty where nothing was left to chance on purpose (a model that the client named, a warm session). */
  readonly candidates: readonly { readonly armId: string; readonly propensity: number }[];
  /** The generation that served. */
  readonly generation: number;
  readonly explored: boolean;
  /** False where nothing can be learned from it: a model that the client named, a fallback, a tenant that does not share. */
  readonly learnable: boolean;
  readonly status: 'answered' | 'failed' | 'cancelled';
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
  readonly predictedQuality: number | null;
  readonly predictedCostUsd: number | null;
  /** Utility that the generation foretold of its best arm for this request, less that of the chosen one; null where it foretells nothing. */
  readonly predictedRegret: number | null;
  /** null for a decision that was recorded before families were. */
  readonly family: RequestFamily | null;
  /** Those that were offered with the text, which it is learned with; null where there were none, and for a decision that was recorded before tools were. */
  readonly tools: OfferedTools | null;
}

export interface StoredFeedback {
  /** Names it: the same id again is the same feedback. */
  readonly id: string;
  readonly decisionId: string;
  readonly keyId: string;
  readonly tenant: string;
  /** In [0, 1]. */
  readonly quality: number;
  readonly atMs: number;
}

/**
 * `known`: the same was recorded before. `conflict`: the decision has other feedback, which stands. `no-decision`: none of the
 * tenant's has this id; that it may be another's is not told.
 */
export type FeedbackEnd = 'recorded' | 'known' | 'conflict' | 'no-decision';

/** What learners read, in the order of the log: an execution, or the judgement of one that came before. */
export interface LogEntry {
  /** Its place, from 1; ascending, and never filled in later. */
  readonly sequence: number;
  readonly decision: StoredDecision;
  /** null for the execution itself. */
  readonly quality: number | null;
}

export interface StoredSnapshot {
  readonly generation: number;
  /** Up to which entry of the log it has learned. */
  readonly sequence: number;
  readonly atMs: number;
  readonly json: string;
}

export type SnapshotInfo = Omit<StoredSnapshot, 'json'> & {
  /** Why it must not serve; null where nothing is wrong with it. */
  readonly quarantined: string | null;
};

/** Which generation serves, since when, and why. */
export interface Serving {
  readonly generation: number;
  readonly atMs: number;
  readonly reason: string;
}

export type KeyScope = 'infer' | 'feedback' | 'admin';

export interface StoredKey {
  /** Public: part of the key itself. */
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the secret part, in hexadecimal digits. */
  readonly secretHash: string;
  readonly scopes: readonly KeyScope[];
  readonly tenant: string;
  /** Whether what its requests came to may be learned from. */
  readonly shares: boolean;
  readonly requestsPerMinute: number | null;
  /** For all time; null for no limit. */
  readonly budgetUsd: number | null;
  readonly createdAtMs: number;
  readonly revokedAtMs: number | null;
}

export interface AuditEntry {
  readonly atMs: number;
  /** Of the key, or `-`. */
  readonly keyId: string;
  readonly action: string;
  readonly detail: string;
}

/** What a promise of a write resolves to is durable: it is there after the process is killed. Rejects with a `StoreError`. */
export interface Store {
  /** Appends the decision and its execution to the log; one with a known id changes nothing. */
  recordDecision(decision: StoredDecision): Promise<void>;
  decision(id: string): Promise<{ readonly decision: StoredDecision; readonly quality: number | null } | undefined>;
  recordFeedback(feedback: StoredFeedback): Promise<FeedbackEnd>;
  /** The next entries after one, oldest first. */
  entriesAfter(sequence: number, limit: number): Promise<readonly LogEntry[]>;
  /** Executions of a tenant before a sequence, the newest first, each with the quality that it was given since. */
  executionsOf(tenant: string, page: { readonly before: number; readonly limit: number }): Promise<readonly LogEntry[]>;
  /** The sequence of the last entry; 0 for an empty log. */
  lastSequence(): Promise<number>;
  /** How many of the entries after one are judgements; much less work than to read them. */
  judgedAfter(sequence: number): Promise<number>;

  /** False, and nothing changes, where the generation is there already: somebody else was first. */
  addSnapshot(snapshot: StoredSnapshot): Promise<boolean>;
  snapshot(generation: number): Promise<StoredSnapshot | undefined>;
  /** Ascending. */
  snapshots(): Promise<readonly SnapshotInfo[]>;
  quarantine(generation: number, why: string): Promise<void>;
  setServing(serving: Serving): Promise<void>;
  /** Newest first. */
  servings(limit: number): Promise<readonly Serving[]>;

  /** Throws a `StoreError` of kind `known-key` for an id that is taken. */
  addKey(key: StoredKey): Promise<void>;
  key(id: string): Promise<StoredKey | undefined>;
  keys(): Promise<readonly StoredKey[]>;
  /** False where there is no such key, or it was revoked before. */
  revokeKey(id: string, atMs: number): Promise<boolean>;
  /** Sets money of a key's budget aside; false where all that is neither spent nor set aside would not do. `id` names the reservation. */
  reserve(reservation: { readonly id: string; readonly keyId: string; readonly usd: number; readonly atMs: number }): Promise<boolean>;
  /** Counts what was really spent, and ends a reservation, if there is one of this id; null where nothing was set aside. */
  settle(reservationId: string | null, spent: { readonly keyId: string; readonly usd: number }): Promise<void>;
  /** US dollars, of all requests of the key. */
  spentUsd(keyId: string): Promise<number>;

  audit(entry: AuditEntry): Promise<void>;
  /** Newest first. */
  audits(limit: number): Promise<readonly AuditEntry[]>;
  /** Writes what is under way, and lets go of everything. */
  close(): Promise<void>;
}
