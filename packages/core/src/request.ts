/** What a user asks. */
import type { OfferedTools } from './offered-tools.ts';

export interface Request {
  /** Names the request in logs, and the item in a recorded table. */
  readonly id: string;
  readonly text: string;
  /** Absent where nothing is known of tools. */
  readonly tools?: OfferedTools;
  readonly tenant?: string;
  readonly session?: string;
  /** Longest time the user waits for the answer. */
  readonly deadlineMs?: number;
  /** Most that the answer may cost. */
  readonly budgetUsd?: number;
}
