/** One task executed once under one policy, seed and generation; its record is one line of trials.jsonl. */
import { strategyNames } from '@ratchet/core';
import { z } from 'zod';

export const phases = ['tuning', 'train', 'validation', 'heldout'] as const;
export type Phase = (typeof phases)[number];

/** What identifies a trial, and with it all its randomness. */
export interface Trial {
  readonly id: string;
  readonly phase: Phase;
  readonly policy: string;
  readonly seed: number;
  /** The turn of the loop in which it is executed; for held-out trials, that whose policy is judged. */
  readonly generation: number;
  /** The generation of the policy that decides: an incumbent is older than the turn it is validated in. */
  readonly snapshot: number;
  readonly repeat: number;
  readonly taskId: string;
}

export function trialId(trial: Omit<Trial, 'id'>): string {
  return `${trial.policy}/s${trial.seed}/g${trial.generation}.${trial.snapshot}/${trial.phase}${trial.repeat === 0 ? '' : `.${trial.repeat}`}/${trial.taskId}`;
}

const amount = z.number().min(0).nullable();

export const trialRecordSchema = z.strictObject({
  id: z.string().min(1),
  phase: z.enum(phases),
  policy: z.string().min(1),
  seed: z.int().min(0),
  generation: z.int().min(0),
  snapshot: z.int().min(0),
  repeat: z.int().min(0),
  task: z.string().min(1),
  arm: z.string().min(1),
  strategy: z.enum(strategyNames as [string, ...string[]]),
  propensity: z.number().positive().max(1),
  /** Exact propensities by position in the list of arms: those above `rest`, which all others have. Absent when certain. */
  candidates: z.strictObject({ rest: z.number().min(0), above: z.array(z.tuple([z.int().min(0), z.number().positive()])) }).optional(),
  /** `completed`: answered and scored. `failed`: the models gave no answer. `unscored`: the scorer failed. Errors are never scores. */
  status: z.enum(['completed', 'failed', 'unscored']),
  quality: z.number().min(0).max(1).nullable(),
  costUsd: amount,
  latencyMs: amount,
  calls: z.int().min(0),
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  error: z.string().optional(),
});
export type TrialRecord = z.infer<typeof trialRecordSchema>;

/** The expected outcome of an arm on a task, over repeats that share their luck between arms; one line of profiles.jsonl. */
export const profileRecordSchema = z.strictObject({
  id: z.string().min(1),
  task: z.string().min(1),
  arm: z.string().min(1),
  repeats: z.int().min(1),
  failed: z.int().min(0),
  quality: z.number().min(0).max(1).nullable(),
  costUsd: amount,
  latencyMs: amount,
});
export type ProfileRecord = z.infer<typeof profileRecordSchema>;

export function profileId(taskId: string, arm: string): string {
  return `${taskId} ${arm}`;
}
