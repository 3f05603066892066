/** Gathers work of one turn of the event loop. */

let end: Promise<void> | undefined;

/**
 * Resolves when all that has arrived by now (a turn of the event loop: every socket that can be read) has been read. What waits for it goes
 * on together, step by step in the order it came: each step's code and data are still in the processor's caches for the next request, and
 * who is written to is woken once for several answers (cohort scheduling: Larus and Parkes, USENIX 2002). For a request alone the end comes at once.
 */
export function turnEnd(): Promise<void> {
  end ??= new Promise((resolve) => {
    // biome-ignore lint/plugin: it is no time that is waited for
    setImmediate(() => {
      end = undefined;
      resolve();
    });
  });
  return end;
}
