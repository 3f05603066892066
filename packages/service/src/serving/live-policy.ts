/** Which generation serves: follows the store, and sets aside what is not in order. */
import type { Serving, Store } from '@ratchet/core';
import { SnapshotError } from '@ratchet/learning';
import type { ServiceTask } from '../service-task.ts';
import { firstGeneration, type Generation, openGeneration } from './generation.ts';
import { servingCause } from './serving-reason.ts';

export interface LivePolicy {
  current(): Generation;
  /**
   * The newest generation, while it has neither served nor been set aside: it is tried on a share of requests. One that was made before what
   * serves was rolled back does not know why, and is none.
   */
  candidate(): Generation | null;
  /** The generation was judged, and is no candidate any more. */
  setAside(generation: number): void;
  /** Looks at the store; a store that fails leaves what serves as it is, and rejects. */
  refresh(): Promise<void>;
  /** Throws a `SnapshotError` for a generation that is not there, or not in order; it is quarantined then. */
  open(generation: number): Promise<Generation>;
}

export interface LivePolicyParts {
  readonly task: ServiceTask;
  readonly store: Store;
  /** Told of each generation that is set aside. */
  readonly onQuarantine?: (generation: number, why: string) => void;
}

/** What serves, what served before, to come back to, and a candidate; what somebody looks at pushes out the oldest. Each may hold tens of megabytes. */
const mostKnown = 3;

export function livePolicy({ task, store, onQuarantine }: LivePolicyParts): LivePolicy {
  let serving = firstGeneration(task);
  let candidate: Generation | null = null;
  let aside = 0;
  /** Opened last, the oldest first: candidates are asked for again and again, and so is what somebody compares. */
  const known = new Map<number, Generation>();
  const open = async (generation: number): Promise<Generation> => {
    if (serving.generation === generation) return serving;
    const opened = known.get(generation);
    if (opened !== undefined) return opened;
    if (generation === 0) return firstGeneration(task);
    const snapshot = await store.snapshot(generation);
    if (snapshot === undefined) throw new SnapshotError(`there is no generation ${generation}`);
    try {
      const fresh = openGeneration(snapshot.json, generation, task);
      known.set(generation, fresh);
      if (known.size > mostKnown) known.delete(known.keys().next().value as number);
      return fresh;
    } catch (error) {
      if (!(error instanceof SnapshotError)) throw error;
      await store.quarantine(generation, error.message);
      onQuarantine?.(generation, error.message);
      throw error;
    }
  };
  const follow = async (wanted: readonly Serving[], quarantined: ReadonlySet<number>): Promise<void> => {
    // The last that served and is in order; generation 0 is always.
    for (const { generation } of [...wanted, { generation: 0 }]) {
      if (generation === serving.generation) return;
      if (quarantined.has(generation)) continue;
      try {
        serving = await open(generation);
        return;
      } catch (error) {
        if (!(error instanceof SnapshotError)) throw error;
      }
    }
  };
  return {
    current: () => serving,
    candidate: () => candidate,
    setAside: (generation) => {
      aside = generation;
      known.delete(generation);
      if (candidate?.generation === generation) candidate = null;
    },
    open,
    refresh: async () => {
      const wanted = await store.servings(1000);
      const snapshots = await store.snapshots();
      await follow(wanted, new Set(snapshots.flatMap((one) => (one.quarantined === null ? [] : [one.generation]))));
      const newest = snapshots.filter(({ quarantined }) => quarantined === null).at(-1);
      const tried = Math.max(0, ...wanted.map(({ generation }) => generation));
      const rolledBackAt = wanted.find((one) => servingCause(one) === 'rolled-back')?.atMs ?? Number.NEGATIVE_INFINITY;
      let found: Generation | null = null;
      if (newest !== undefined && newest.generation > tried && newest.generation !== aside) {
        try {
          // In any case: one that is not in order must be quarantined, as the next is folded from it.
          const opened = await open(newest.generation);
          if (newest.atMs >= rolledBackAt) found = opened;
        } catch (error) {
          if (!(error instanceof SnapshotError)) throw error;
        }
      }
      candidate = found;
    },
  };
}
