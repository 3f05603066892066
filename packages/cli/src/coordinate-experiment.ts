/** Has workers on other machines run the pieces of an experiment: an adapter of the harness's `PieceHelpers`. */
import type { Clock } from '@ratchet/core';
import { emptyResult, type PieceHelpers, type PieceOrder, type PieceResult, pieceResultSchema } from '@ratchet/harness';
import type { JobState, KeptRecord, Offer } from '@ratchet/store';
import { keptProfile, keptTrial, pieceKey } from './shared-experiment.ts';

export interface CoordinatorParts {
  readonly clock: Clock;
  /** Of what a person should know. */
  readonly say: (text: string) => void;
  /** What calls of workers cost, as they noted it. */
  readonly onSpent: (json: string) => void;
  /** Until it is said that nobody takes a job. */
  readonly patienceMs: number;
}

export interface ExperimentCoordinator extends PieceHelpers {
  /** What is known before it begins is kept for the workers. */
  know(records: Pick<PieceOrder, 'trials' | 'profiles'>): Promise<void>;
  /** Ends the offer. Of a run that is complete nothing is left in the database; else what was found stays for the next time. */
  close(complete: boolean): Promise<void>;
}

interface Outstanding {
  readonly advance: Parameters<PieceHelpers['run']>[1];
  readonly resolve: (result: PieceResult) => void;
  readonly reject: (error: unknown) => void;
  told: { units: number; costUsd: number };
}

/** Pieces of the plan are made for so many workers' threads: more of them than that share the profiles, and wait for seeds. */
const helperCount = 32;
const lookEveryMs = 200;
const togetherRecords = 2000;
const mostPatienceMs = 60_000;

export function coordinateExperiment(offer: Offer, { clock, say, onSpent, patienceMs }: CoordinatorParts): ExperimentCoordinator {
  const outstanding = new Map<string, Outstanding>();
  /** Ids of profiles that the database has. */
  const profilesThere = new Set<string>();
  let interrupted = false;
  let looking: Promise<void> | undefined;
  let answered = true;
  let [idleSince, patience] = [clock.now(), patienceMs];

  const keep = async (records: readonly KeptRecord[]): Promise<void> => {
    for (let at = 0; at < records.length; at += togetherRecords) await offer.keep(records.slice(at, at + togetherRecords));
  };
  const keepProfiles = async (profiles: PieceOrder['profiles']): Promise<void> => {
    const missing = profiles.filter(({ id }) => !profilesThere.has(id));
    await keep(missing.map(keptProfile));
    for (const { id } of missing) profilesThere.add(id);
  };
  const endAll = (): void => {
    for (const { resolve } of outstanding.values()) resolve({ ...emptyResult(), end: 'interrupted' });
    outstanding.clear();
  };
  const advance = (piece: Outstanding, { units, costUsd }: Pick<JobState, 'units' | 'costUsd'>, what: string): void => {
    const { told } = piece;
    // Who takes a piece over begins to count anew.
    if (units <= told.units) return;
    piece.told = { units, costUsd };
    piece.advance(units - told.units, costUsd - told.costUsd, what, false);
  };
  const end = async ({ key, state }: JobState, piece: Outstanding): Promise<void> => {
    const outcome = await offer.outcome(key);
    outstanding.delete(key);
    if (state === 'failed') {
      say(`a worker could not run "${key}", so it is run here: ${outcome}`);
      piece.reject(new Error(outcome));
      return;
    }
    const parsed = pieceResultSchema.safeParse(JSON.parse(outcome));
    if (!parsed.success) {
      piece.reject(parsed.error);
      return;
    }
    const result = parsed.data;
    for (const { id } of result.profiles) profilesThere.add(id);
    const units = result.trials.length + result.profiles.reduce((sum, { repeats }) => sum + repeats, 0);
    const costs = [...result.trials, ...result.profiles.map(({ costUsd, repeats }) => ({ costUsd: (costUsd ?? 0) * repeats }))];
    advance(piece, { units, costUsd: costs.reduce((sum, { costUsd }) => sum + (costUsd ?? 0), 0) }, key);
    piece.resolve(result);
  };
  const noteIdleness = (states: readonly JobState[]): void => {
    if (!states.some(({ state }) => state === 'waiting') || states.some(({ state }) => state === 'taken')) {
      [idleSince, patience] = [clock.now(), patienceMs];
    } else if (clock.now() - idleSince >= patience) {
      say(
        `no worker has taken a job for ${Math.round((clock.now() - idleSince) / 1000)} s. Start one with \`pnpm ratchet worker\`, on any machine with this version of Ratchet and this database; what a worker says tells why it takes none`,
      );
      patience = clock.now() - idleSince + Math.min(mostPatienceMs, patience);
    }
  };
  const look = async (): Promise<void> => {
    const states = await offer.states();
    const known = new Map(states.map((state) => [state.key, state]));
    for (const [key, piece] of outstanding) {
      const state = known.get(key);
      if (state === undefined) {
        say('another process coordinates this run by now, so it stops here');
        interrupted = true;
        endAll();
        return;
      }
      if (state.state === 'done' || state.state === 'failed') await end(state, piece);
      else advance(piece, state, state.what);
    }
    noteIdleness(states);
    for (const json of await offer.takeSpendingNotes()) onSpent(json);
  };
  /** The database may come back; workers go on meanwhile, as far as they reach it. */
  const insist = async (work: () => Promise<void>): Promise<void> => {
    while (!interrupted) {
      try {
        await work();
        if (!answered) say('the database of the workers answers again');
        answered = true;
        return;
      } catch (error) {
        if (answered) say(`${(error as Error).message}. It is tried again`);
        answered = false;
        await clock.sleep(lookEveryMs);
      }
    }
  };
  const keepLooking = async (): Promise<void> => {
    while (!interrupted && outstanding.size > 0) {
      await insist(look);
      await clock.sleep(lookEveryMs);
    }
    looking = undefined;
  };

  return {
    count: helperCount,
    know: async ({ trials, profiles }) => {
      await keep(trials.map(keptTrial));
      await keepProfiles(profiles);
    },
    run: async ({ piece, profiles }, advanced) => {
      if (interrupted) return { ...emptyResult(), end: 'interrupted' };
      await insist(() => keepProfiles(profiles));
      const { promise, resolve, reject } = Promise.withResolvers<PieceResult>();
      const key = pieceKey(piece);
      await insist(() => offer.add({ key, json: JSON.stringify(piece) }));
      outstanding.set(key, { advance: advanced, resolve, reject, told: { units: 0, costUsd: 0 } });
      if (interrupted) endAll();
      looking ??= keepLooking();
      return promise;
    },
    interrupt: () => {
      interrupted = true;
      endAll();
    },
    close: async (complete) => {
      interrupted = true;
      await looking;
      try {
        for (const json of await offer.takeSpendingNotes()) onSpent(json);
        await (complete ? offer.remove() : offer.withdraw());
      } catch (error) {
        say((error as Error).message);
      }
    },
  };
}
