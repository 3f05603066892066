/** The port of the harness to what executes: fresh models and a clock for every trial. */
import type { Clock, ModelDirectory, Random } from '@ratchet/core';
import type { Outcome } from '@ratchet/learning';

export interface OpenedWorld {
  readonly models: ModelDirectory;
  readonly clock: Clock;
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
  /** `luck` decides how chance falls; two trials with the same luck can be compared. */
  open(luck: Random): OpenedWorld;
  /** The outcome of an arm on a task where it is known without executing anything. */
  knownOutcome?(taskId: string, armId: string): Outcome | undefined;
  /** What a model costs; undefined where outcomes are known instead. */
  tokenPrice?(modelId: string): TokenPrice;
}
