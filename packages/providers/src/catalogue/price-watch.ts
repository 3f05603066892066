/** Prices of a file that may change while they are in use: a good version is taken as a whole, and while there is none the last good one serves on. */
import { hash } from 'node:crypto';
import type { Clock } from '@ratchet/core';
import type { PriceTable } from '../price.ts';

/** What a file says. */
export interface PriceReading {
  /** Of the models in use. */
  readonly prices: PriceTable;
  /** Stands for all else that it says, which is not taken while in use. */
  readonly rest: string;
}

export interface PriceSource {
  /** Another one whenever the file changed; null where there is none. Rejects where nobody can tell. */
  stamp(): Promise<string | null>;
  /** Throws for a file that cannot be used; the message says where in it, what is wrong, and what to do. */
  read(): PriceReading;
}

export interface PriceState {
  readonly prices: PriceTable;
  /** Of these prices: twelve hexadecimal digits, equal where they are. */
  readonly version: string;
  /** The newest day on which one of them held, as it is stated; null where there are none. */
  readonly asOf: string | null;
  /** What is wrong with the file as it is now. */
  readonly fault: string | null;
  /** Versions that took the place of others, and versions that could not. */
  readonly taken: number;
  readonly refused: number;
}

export type PriceEvent =
  /** `models`: whose price is another one now. */
  | { readonly kind: 'taken'; readonly version: string; readonly asOf: string | null; readonly models: readonly string[] }
  | { readonly kind: 'refused'; readonly why: string }
  /** After it was refused it says again what is in use. */
  | { readonly kind: 'mended' }
  | { readonly kind: 'rest-changed' };

export interface PriceWatch {
  state(): PriceState;
  /**
   * Looks whether the file is another one, and judges it once it is the same at two looks: before that it may be half written. `anew` judges it at
   * once, whatever it was. Looks come one after the other, and never reject.
   */
  look(options?: { readonly anew?: boolean }): Promise<void>;
  /** Until the signal is aborted. */
  lookEvery(ms: number, options: { readonly clock: Clock; readonly signal: AbortSignal }): Promise<void>;
}

export interface PriceWatchParts {
  /** What is in use, and the stamp that the file had before it was read. */
  readonly first: PriceReading & { readonly stamp: string | null };
  readonly source: PriceSource;
  /** Told of each change once. */
  readonly onEvent: (event: PriceEvent) => void;
}

export function priceWatch({ first, source, onEvent }: PriceWatchParts): PriceWatch {
  let state: PriceState = { ...listed(first.prices), fault: null, taken: 0, refused: 0 };
  let rest = first.rest;
  /** Of the file that was judged last, and of the one that the last look saw; undefined where nobody could tell. */
  let judged: string | null | undefined = first.stamp;
  let seen: string | null | undefined = first.stamp;
  let turn: Promise<void> = Promise.resolve();

  const refuse = (why: string, anew: boolean): void => {
    const known = state.fault === why;
    state = { ...state, fault: why, refused: state.refused + 1 };
    if (!known || anew) onEvent({ kind: 'refused', why });
  };
  const take = (reading: PriceReading): void => {
    const before = state;
    const after = listed(reading.prices);
    const changed = after.version !== before.version;
    state = { ...after, fault: null, taken: before.taken + (changed ? 1 : 0), refused: before.refused };
    const { version, asOf } = after;
    if (changed) onEvent({ kind: 'taken', version, asOf, models: changedModels(before.prices, after.prices) });
    else if (before.fault !== null) onEvent({ kind: 'mended' });
    if (reading.rest !== rest) onEvent({ kind: 'rest-changed' });
    rest = reading.rest;
  };
  const look = async (anew: boolean): Promise<void> => {
    let stamp: string | null | undefined;
    let reading: PriceReading | undefined;
    try {
      stamp = await source.stamp();
      const settled = stamp === seen;
      seen = stamp;
      // Where there was none from the start, none is missing.
      if (stamp === judged && (!anew || (stamp === null && state.fault === null))) return;
      if (!settled && !anew) return;
      reading = source.read();
      // Changed while it was read: it is looked at once more.
      seen = await source.stamp();
      if (seen !== stamp) return;
    } catch (error) {
      const known = stamp === judged && stamp !== undefined;
      judged = stamp;
      if (!known || anew) refuse((error as Error).message, anew);
      return;
    }
    judged = stamp;
    take(reading);
  };
  const queued = (anew: boolean): Promise<void> => {
    turn = turn.then(() => look(anew));
    return turn;
  };
  return {
    state: () => state,
    look: ({ anew = false } = {}) => queued(anew),
    lookEvery: async (ms, { clock, signal }) => {
      while (!signal.aborted) {
        await clock.sleep(ms, signal).catch(() => undefined);
        if (!signal.aborted) await queued(false);
      }
    },
  };
}

function listed(prices: PriceTable): Pick<PriceState, 'prices' | 'version' | 'asOf'> {
  const days = Object.values(prices).map(({ asOf }) => asOf);
  return { prices, version: hash('sha256', JSON.stringify(sorted(prices))).slice(0, 12), asOf: days.sort().at(-1) ?? null };
}

function changedModels(before: PriceTable, after: PriceTable): readonly string[] {
  const told = (prices: PriceTable, id: string): string => JSON.stringify(sorted(prices[id] ?? {}));
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((id) => told(before, id) !== told(after, id)).sort();
}

/** With keys in one order, however deep, so that equal things are written alike. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
