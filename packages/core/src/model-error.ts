/** Why a call of a language model gave no answer. A bad answer of a model is data and never an error. */
import type { TokenUsage } from './language-model.ts';
import { RatchetError } from './ratchet-error.ts';

/**
 * `deadline` and `budget`: of the request that the call worked for; nobody waits, or pays, any longer. `empty`: an answer
 * without a word, where others build on it. `malformed`: what came cannot be read as an answer.
 */
export type ModelErrorKind =
  | 'rate-limited'
  | 'timeout'
  | 'unavailable'
  | 'malformed'
  | 'refused'
  | 'empty'
  | 'cancelled'
  | 'deadline'
  | 'budget'
  | 'not-recorded'
  | 'unknown-model';

/** What a call that gave no answer is charged for all the same. */
export interface FailedUsage {
  readonly usage: TokenUsage;
  /** null when nobody knows. */
  readonly costUsd: number | null;
}

export class ModelError extends RatchetError {
  readonly kind: ModelErrorKind;
  readonly modelId: string;
  /** How long the provider asks to wait before the next try, when it says so. */
  readonly retryAfterMs: number | undefined;
  /** Of all tries that this error stands for; absent where nothing is charged. */
  readonly charged: FailedUsage | undefined;

  constructor(
    kind: ModelErrorKind,
    modelId: string,
    message: string,
    options: ErrorOptions & { readonly retryAfterMs?: number | undefined; readonly charged?: FailedUsage | undefined } = {},
  ) {
    super(message, options);
    this.kind = kind;
    this.modelId = modelId;
    this.retryAfterMs = options.retryAfterMs;
    this.charged = options.charged;
  }

  /** True when the same call may succeed later. */
  get transient(): boolean {
    return this.kind === 'rate-limited' || this.kind === 'timeout' || this.kind === 'unavailable' || this.kind === 'malformed';
  }
}
