/** Ids of decisions: unique without asking anybody, and later ones after earlier ones, so that a store adds each where it added the last. */
import { randomFillSync } from 'node:crypto';
import { V7Generator } from 'uuidv7';

/** A clock that goes back by more is believed: ids begin anew from there. */
const backMs = 10_000;

/**
 * UUIDs of version 7 (RFC 9562): the time, a count within a millisecond that begins at random, and 32 random bits. With random ids a store took
 * four times as long: each was written to a page of its own, anywhere in the table. `now`: milliseconds of the Unix epoch.
 */
export function timeOrderedIds(now: () => number): () => string {
  const generator = new V7Generator({ nextUint32: drawnInAdvance() });
  return () => generator.generateOrResetCore(now(), backMs).toString();
}

/** 32 random bits at a time: the system is asked for a thousand of them at once. */
function drawnInAdvance(): () => number {
  const drawn = new Uint32Array(1024);
  let next = drawn.length;
  return () => {
    if (next === drawn.length) {
      randomFillSync(drawn);
      next = 0;
    }
    return drawn[next++] as number;
  };
}
