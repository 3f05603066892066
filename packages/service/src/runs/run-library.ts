/** The port to what experiments left behind: folders of runs, their logs, their traces. */
import type { Manifest, Summary, TaskOutcome, TrialRecord, TrialWishes } from '@ratchet/harness';

/** Both are names of folders. */
export interface RunPlace {
  readonly experiment: string;
  readonly run: string;
}

export interface StoredRun {
  /** null while the run has none. */
  readonly summary: Summary | null;
  readonly manifest: Manifest;
  /** null where the run has no table of them. */
  readonly outcomes: readonly TaskOutcome[] | null;
  /** Families of tasks by their ids, as far as the run says them. */
  readonly families: ReadonlyMap<string, string>;
}

/** One folder of results. */
export type RunEntry = RunPlace & { readonly hasTrials: boolean } & (
    | { readonly kind: 'readable'; readonly summary: Summary | null; readonly manifest: Manifest }
    | { readonly kind: 'unreadable'; readonly problem: string }
  );

export interface StoredSpan {
  readonly name: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly results: Readonly<Record<string, unknown>>;
  readonly content?: Readonly<Record<string, unknown>> | undefined;
  readonly error?: { readonly kind: string; readonly message?: string | undefined } | undefined;
  readonly children: readonly StoredSpan[];
}

export interface TrialBeside {
  /** The text of the task; null where the scenario is not there as it was. */
  readonly request: string | null;
  /** Given by executing the trial again; null where that cannot be. */
  readonly repeated: string | null;
  readonly trace: StoredSpan | null;
}

/** Names are taken as they are: who calls has checked them. */
export interface RunLibrary {
  /** Gives each entry to `fold` and keeps what that gave, until the folder changes. */
  entries<Kept>(fold: (entry: RunEntry) => Kept): Promise<readonly Kept[]>;
  /** undefined where there is no such folder. Rejects with a `ConfigError` for one that cannot be read. */
  run(place: RunPlace): Promise<StoredRun | undefined>;
  /** undefined where the run has no log of trials. */
  trials(place: RunPlace, wishes: TrialWishes): Promise<{ readonly total: number; readonly trials: readonly TrialRecord[] } | undefined>;
  trial(place: RunPlace, id: string): Promise<TrialRecord | undefined>;
  beside(place: RunPlace, trial: TrialRecord): Promise<TrialBeside>;
  /** report.md; undefined where there is none. */
  report(place: RunPlace): Promise<string | undefined>;
}
