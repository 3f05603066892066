/** The port for the log of outcomes: append-only, each id once. */
export interface OutcomeLog<Outcome extends { readonly id: string }> {
  get(id: string): Outcome | undefined;
  /** Durable when it returns; a second outcome with the same id is an error of the caller. */
  append(outcome: Outcome): void;
}
