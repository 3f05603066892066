/** What running a piece of an experiment comes to. */
import type { PromotionVerdict, UtilityScale } from '@ratchet/learning';
import type { ProfileRecord, TrialRecord } from './trial.ts';
import type { Tuned } from './tune-arms.ts';

export type RunEnd = 'complete' | 'budget' | 'interrupted';

export interface PromotionRecord extends PromotionVerdict {
  readonly policy: string;
  readonly seed: number;
  readonly generation: number;
}

/** Before its learners began, under one seed. */
export interface TuningRecord extends Tuned {
  readonly seed: number;
}

/** What a piece came to, as far as it went: data, in the order of the plan. */
export interface PieceResult {
  readonly end: RunEnd;
  readonly trials: readonly TrialRecord[];
  readonly profiles: readonly ProfileRecord[];
  readonly promotions: readonly PromotionRecord[];
  readonly tuning: readonly TuningRecord[];
  /** Of the piece's seed. */
  readonly scale: UtilityScale | undefined;
}

/** To be filled while a piece runs. */
export function emptyResult() {
  return {
    end: 'complete' as RunEnd,
    trials: [] as TrialRecord[],
    profiles: [] as ProfileRecord[],
    promotions: [] as PromotionRecord[],
    tuning: [] as TuningRecord[],
    scale: undefined as UtilityScale | undefined,
  };
}
