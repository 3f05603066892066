/** A request's deadline: a signal that is aborted when it passes, so that nothing goes on that nobody waits for any more. */
import type { Clock } from '../clock.ts';

export interface Deadline {
  /** By the clock, in milliseconds. */
  readonly at: number;
  /** Aborted with a `DeadlinePassed`, or, with its reason, as soon as the caller's own signal is. */
  readonly signal: AbortSignal;
  /** Lets go of the clock. */
  end(): void;
}

/** Why the signal of a deadline was aborted. */
export class DeadlinePassed extends Error {
  constructor(deadlineMs: number) {
    super(`the request's deadline of ${deadlineMs} ms has passed`);
    this.name = new.target.name;
  }
}

/** Begins now. `deadlineMs` from 0 on. */
export function startDeadline(deadlineMs: number, { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal | undefined }): Deadline {
  const over = new AbortController();
  const passed = new AbortController();
  clock.sleep(deadlineMs, over.signal).then(
    () => passed.abort(new DeadlinePassed(deadlineMs)),
    // The request ended before.
    () => undefined,
  );
  return {
    at: clock.now() + deadlineMs,
    signal: signal === undefined ? passed.signal : AbortSignal.any([signal, passed.signal]),
    end: () => over.abort(),
  };
}
