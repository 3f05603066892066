/** The port of the harness to what executes: fresh models and a clock for every trial. */
import type { Clock, ModelDirectory, Random } from '@ratchet/core';
import type { Outcome } from '@ratchet/learning';
import type { JudgeModels } from '../scorers/judge-scorer.ts';

export interface OpenedWorld {
  readonly models: ModelDirectory;
  readonly clock: Clock;
  /** True once a call was refused because the run's budget is spent: what came of the attempt then says nothing of its arm. */
  readonly outOfBudget?: () => boolean;
}

/** US dollars per million tokens. */
export interface TokenPrice {
  readonly inputUsdPerMTok: number;
  readonly outputUsdPerMTok: number;
}

export interface World {
  readonly evidence: 'simulated' | 'recorded' | 'live';
  /**
   * What always gives the equal answer, and is therefore executed once: the same task and arm under the same `luck`
   * (simulated), the same task and arm whatever the luck (recorded), or nothing (live).
   */
  readonly repeats: 'with-luck' | 'always' | 'never';
  /** True where the world keeps to the run's budget by itself, call by call. */
  readonly keepsBudget?: boolean;
  /** `luck` decides how chance falls; two trials with the same luck can be compared. `attempt` names what is executed, once a run. */
  open(luck: Random, attempt: string): OpenedWorld;
  /** The outcome of an arm on a task where it is known without executing anything. */
  knownOutcome?(taskId: string, armId: string): Outcome | undefined;
  /** For a scorer that asks a model; undefined where there are none to ask. */
  readonly judges?: JudgeModels;
  /** What a model costs; undefined where nobody knows, or outcomes are known instead. */
  tokenPrice?(modelId: string): TokenPrice | undefined;
  /** Where prices may change: the same world with those of now, for what is to end with the prices that it began with. */
  steady?(): World;
}
