/** The port to work that machines share: runs that a coordinator offers, jobs that workers take, and what came of each, kept once. */
import type { RateLimits, SharedAccount, SharedRate } from '@ratchet/core';

/** A run as its coordinator offers it. */
export interface SharedRun {
  readonly id: string;
  /** What workers need to know of it; the queue does not read it. */
  readonly words: string;
  /** Equal where the same code would work on it. */
  readonly codeVersion: string;
}

export interface OfferedRun extends SharedRun {
  /** Which offer of the run it is, from 1: jobs of an earlier one are nobody's any more. */
  readonly offer: number;
  /** Jobs that nobody has taken yet. */
  readonly waiting: number;
}

/** Something that was found, once, whoever found it. Ids are unique in a part of a run. */
export interface KeptRecord {
  readonly part: string;
  readonly id: string;
  readonly json: string;
}

export interface SharedJob {
  /** Unique in an offer. */
  readonly key: string;
  readonly json: string;
}

export interface JobProgress {
  readonly units: number;
  readonly costUsd: number;
  readonly what: string;
}

export interface JobState extends JobProgress {
  readonly key: string;
  readonly state: 'waiting' | 'taken' | 'done' | 'failed';
}

/** Whose turn with a job it is: data that threads of a worker get too. */
export interface JobClaim {
  readonly run: string;
  readonly offer: number;
  readonly key: string;
  /** How often the job was taken before. */
  readonly attempt: number;
}

/** Of the coordinator. */
export interface Offer {
  keep(records: readonly KeptRecord[]): Promise<void>;
  add(job: SharedJob): Promise<void>;
  /** Of all jobs. Who does not ask for it for half a minute counts as gone, and workers leave. */
  states(): Promise<readonly JobState[]>;
  /** Of a job that is done, or why it failed. */
  outcome(key: string): Promise<string>;
  /** Opens an account of the run, or opens it again with another budget. `spentUsd`: what was spent of it before, as far as the coordinator knows. */
  openAccount(name: string, amounts: { readonly budgetUsd: number; readonly spentUsd: number }): Promise<SharedAccount>;
  /** What `noteSpending` was told since it was last asked, once. */
  takeSpendingNotes(): Promise<readonly string[]>;
  /** Nothing further is begun; workers finish what they are at, and what is kept stays. */
  withdraw(): Promise<void>;
  /** Nothing of the run is left. */
  remove(): Promise<void>;
}

/** Of a worker, for the job that it has. Each answers false where the job is another's by now, and nothing is changed. */
export interface TakenJob extends SharedJob {
  readonly claim: JobClaim;
  /** All that is kept of these parts; ids in no particular order. */
  kept(parts: readonly string[]): Promise<readonly KeptRecord[]>;
  keep(records: readonly KeptRecord[], progress: JobProgress): Promise<boolean>;
  finish(outcome: string): Promise<boolean>;
  /** For good: nobody is to try it again. */
  fail(why: string): Promise<boolean>;
}

export interface Taking {
  /** Takes no further jobs; resolves when those that were taken have ended. */
  stop(): Promise<void>;
}

export interface JobQueue {
  /** Of one coordinator at a time: rejects with a `StoreError` (`in-use`) where another has the run. What is kept of it is removed first where `anew` says so. */
  offer(run: SharedRun, options: { readonly anew: 'always' | 'after-other-code' | 'never' }): Promise<Offer>;
  /** Runs whose coordinator is there, the oldest first. */
  offered(): Promise<readonly OfferedRun[]>;
  /** Takes jobs of the run, `count` at once, until it is stopped. A job that is `handed-back`, or whose worker is not heard of any more, is given out again. */
  work(run: OfferedRun, count: number, handler: (job: TakenJob) => Promise<'ended' | 'handed-back'>): Promise<Taking>;
  /** An account that the coordinator opened, for calls of a job. Reservations of a claim that is over count as spent: nobody knows what became of them. */
  account(claim: JobClaim, name: string): SharedAccount;
  /** Told in the order in which it is told of. */
  noteSpending(run: string, json: string): Promise<void>;
  /** Of all runs: limits are a provider's. */
  rate(key: string, limits: RateLimits): SharedRate;
  close(): Promise<void>;
}
