/** What running a piece of an experiment comes to. */
import { armSchema } from '@ratchet/core';
import type { PromotionVerdict, UtilityScale } from '@ratchet/learning';
import { z } from 'zod';
import { type ProfileRecord, profileRecordSchema, type TrialRecord, trialRecordSchema } from './trial.ts';
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

const amount = z.number().nullable();

/** Of results that come from other machines, as JSON. */
export const pieceResultSchema: z.ZodType<PieceResult> = z.strictObject({
  end: z.enum(['complete', 'budget', 'interrupted']),
  trials: z.array(trialRecordSchema),
  profiles: z.array(profileRecordSchema),
  promotions: z.array(
    z.strictObject({
      policy: z.string(),
      seed: z.int(),
      generation: z.int(),
      promoted: z.boolean(),
      pairs: z.int(),
      utilityGain: z.number(),
      utilityLow: z.number(),
      qualityGain: z.number(),
      qualityLow: z.number(),
    }),
  ),
  tuning: z.array(
    z.strictObject({
      seed: z.int(),
      arms: z.array(armSchema),
      races: z.array(
        z.strictObject({
          name: z.string(),
          raced: z.array(z.string()),
          rungs: z.array(z.strictObject({ tasks: z.int(), raced: z.int(), kept: z.array(z.string()) })),
          kept: z.array(z.string()),
        }),
      ),
    }),
  ),
  scale: z
    .strictObject({ quality: z.number(), costUsd: amount, latencyMs: amount })
    .optional()
    .transform((scale): UtilityScale | undefined => scale),
});
