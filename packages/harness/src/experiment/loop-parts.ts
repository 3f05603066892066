/** What the pieces of an experiment are run with. */
import type { Tracer } from '@ratchet/core';
import type { Task } from '../scenario/scenario.ts';
import type { Scorer } from './scorer.ts';
import type { ProfileRecord, Trial, TrialRecord } from './trial.ts';
import type { TrialTally } from './trial-tally.ts';
import type { World } from './world.ts';

/** What is read of a log, and how it grows. */
export interface RecordStore<Outcome extends { readonly id: string }> {
  get(id: string): Outcome | undefined;
  append(outcome: Outcome): void;
  /** Each of them, in their order. */
  appendAll(outcomes: readonly Outcome[]): void;
  all(): Iterable<Outcome>;
}

export interface ExperimentProgress {
  /** Units are trials and profile attempts. */
  begin(total: number): void;
  /** `reused` when it stood in the log already. Of trials, also what came of them. */
  advance(units: number, costUsd: number, what: string, reused: boolean, trials?: readonly TrialTally[]): void;
}

export interface LoopParts {
  readonly world: World;
  readonly scorer: Scorer;
  readonly trials: RecordStore<TrialRecord>;
  readonly profiles: RecordStore<ProfileRecord>;
  readonly concurrency: number;
  readonly progress: Pick<ExperimentProgress, 'advance'>;
  /** Of trials and what is executed for them; profiles, in which nothing is decided, are not traced. */
  readonly tracer?: Tracer;
  /** Of which trials; by default of all. Those without an answer or a score are traced in any case. */
  readonly traced?: (trial: Trial) => boolean;
  /** When it is aborted, nothing that the logs lack is begun any more; what is under way is finished and logged. */
  readonly signal?: AbortSignal;
  /** No trial is begun once the run has cost this much, less what is under way. */
  readonly budgetUsd?: number;
  /** The most that one execution of a task may cost; needed with a budget. */
  readonly worstCostUsd?: (task: Task) => number;
}
