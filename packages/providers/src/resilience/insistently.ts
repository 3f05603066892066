/** Does again what failed, a few times with growing waits: for what must not be lost when a database is away for a moment. */
import type { Clock } from '@ratchet/core';

const tries = 6;
const firstWaitMs = 100;

/** Rejects with the last error. */
export async function insistently(clock: Clock, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === tries) throw error;
      await clock.sleep(firstWaitMs * 2 ** (attempt - 1));
    }
  }
}
