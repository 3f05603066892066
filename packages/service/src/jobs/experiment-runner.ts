/** The port to running experiments of the project. */

export interface ExperimentWish {
  readonly name: string;
  /** Tasks; what is not said is as the experiment says. */
  readonly limit?: number | undefined;
  readonly seeds?: number | undefined;
  readonly generations?: number | undefined;
  /** US dollars at which it ends. */
  readonly budgetUsd?: number | undefined;
}

export interface ExperimentHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (line: string) => void;
  /** Told every now and then. */
  readonly onCount?: (count: { readonly done: number; readonly of: number; readonly spentUsd: number }) => void;
}

/** Resolves to the run's summary as JSON, of a run that ended at its budget too. Rejects with the signal's reason. */
export type ExperimentRunner = (wish: ExperimentWish, hooks: ExperimentHooks) => Promise<unknown>;
