/** A store that is waited for so long and no longer: what a request asks of a store that is too slow fails as if it were gone. */
import { type Clock, type Store, StoreError } from '@ratchet/core';

/** Only what requests wait for. A write that comes after its time may be done all the same: what is told to the client is that nobody knows. */
export function timelyStore(store: Store, { clock, patienceMs }: { readonly clock: Clock; readonly patienceMs: number }): Store {
  const within =
    <Words extends readonly unknown[], Result>(ask: (...words: Words) => Promise<Result>) =>
    async (...words: Words): Promise<Result> => {
      const answered = new AbortController();
      const late = clock.sleep(patienceMs, answered.signal).then(() => {
        throw new StoreError('unavailable', `the store has not answered within ${patienceMs} ms`);
      });
      late.catch(() => undefined);
      try {
        return await Promise.race([ask(...words), late]);
      } finally {
        answered.abort(over);
      }
    };
  return {
    ...store,
    key: within(store.key),
    reserve: within(store.reserve),
    decision: within(store.decision),
    recordFeedback: within(store.recordFeedback),
    lastSequence: within(store.lastSequence),
  };
}

const over = new Error('the store has answered');
