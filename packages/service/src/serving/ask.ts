/** What the service is asked, whichever protocol it came by. */
import type { Message, OfferedTools, ToolConversation } from '@ratchet/core';

export interface Ask {
  readonly id: string;
  /** What is analysed, and what strategies work on: the request in words. */
  readonly text: string;
  /** `auto`, or a model that the client names. */
  readonly model: 'auto' | { readonly fixed: string };
  /**
   * Given where the request is more than one text: earlier turns, tools, a form that the answer must have. Only one call of one model can
   * carry that (`direct`).
   */
  readonly conversation?: {
    readonly messages: readonly Message[];
    readonly withTools?: ToolConversation;
    readonly stop?: readonly string[];
    readonly json?: 'object' | Readonly<Record<string, unknown>>;
  };
  readonly tools?: OfferedTools;
  /** In the place of the arm's. */
  readonly temperature?: number;
  /** At most this, and at most what the arm allows. */
  readonly maxOutputTokens?: number;
  readonly seed?: number;
  readonly session?: string;
  /** Answers in the place of what serves, without exploring, and nothing is learned from it. */
  readonly generation?: number;
  readonly deadlineMs?: number;
  readonly budgetUsd?: number;
}

/** Who asks. */
export interface Asker {
  readonly keyId: string;
  readonly tenant: string;
  /** Whether the service may learn from it. */
  readonly shares: boolean;
  /** null for no limit. */
  readonly budgetUsd: number | null;
}
