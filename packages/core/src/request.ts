/** What a user asks. */
import type { OfferedTools } from './offered-tools.ts';

export interface Request {
  /** Names the request in logs, and the item in a recorded table. */
  readonly id: string;
  readonly text: string;
  /** Absent where nothing is known of tools. */
  readonly tools?: OfferedTools;
  /**
   * A provider's embedding of the text, in place of the local one that learners fit: for all requests of a learner, or for none,
   * and all by one model. Finite numbers, at least one.
   */
  readonly embedding?: readonly number[];
  readonly tenant?: string;
  readonly session?: string;
  /** Longest time the user waits for the answer. */
  readonly deadlineMs?: number;
  /** Most that the answer may cost. */
  readonly budgetUsd?: number;
}
