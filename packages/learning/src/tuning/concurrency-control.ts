/** Finds how many calls a provider takes at once: a little more while it keeps up, much less when it does not (AIMD). */

export interface ConcurrencySettings {
  /** Calls at once, whole numbers, 1 <= least <= most. */
  readonly least: number;
  readonly most: number;
  /** How many more after a round of calls without trouble, above 0. */
  readonly increase: number;
  /** What is left of the limit after trouble, in (0, 1). */
  readonly decrease: number;
}

export const concurrencySettings: ConcurrencySettings = { least: 1, most: 64, increase: 1, decrease: 0.5 };

/** Plain data. */
export interface ConcurrencyState {
  /** Not rounded; see `concurrencyOf`. */
  readonly limit: number;
  /** Calls that were under way when the limit was last cut. Their ends say nothing about the new limit. */
  readonly beforeCut: number;
}

/** How a call ended: well, with a 429 (or the like), or not in time. Other errors say nothing about load and are not told. */
export type CallEnd = 'answered' | 'throttled' | 'timed-out';

export function initialConcurrency(limit: number, settings: ConcurrencySettings): ConcurrencyState {
  return { limit: Math.min(settings.most, Math.max(settings.least, limit)), beforeCut: 0 };
}

/**
 * Chiu & Jain (1989), "Analysis of the Increase and Decrease Algorithms for Congestion Avoidance in Computer Networks";
 * the increase is spread over the calls of a round, and a burst of trouble is answered once, as by TCP (Jacobson 1988,
 * "Congestion Avoidance and Control"; RFC 6582).
 */
export function adjustConcurrency(state: ConcurrencyState, end: CallEnd, settings: ConcurrencySettings): ConcurrencyState {
  if (state.beforeCut > 0) return { ...state, beforeCut: state.beforeCut - 1 };
  if (end === 'answered') return { limit: Math.min(settings.most, state.limit + settings.increase / state.limit), beforeCut: 0 };
  return { limit: Math.max(settings.least, state.limit * settings.decrease), beforeCut: concurrencyOf(state) - 1 };
}

/** Calls to allow at once. */
export function concurrencyOf({ limit }: ConcurrencyState): number {
  return Math.floor(limit);
}
