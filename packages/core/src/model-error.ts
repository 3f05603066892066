/** Why a call of a language model gave no answer. A bad answer is data and never an error. */
import { RatchetError } from './ratchet-error.ts';

export type ModelErrorKind = 'rate-limited' | 'timeout' | 'unavailable' | 'refused' | 'cancelled' | 'not-recorded' | 'unknown-model';

export class ModelError extends RatchetError {
  readonly kind: ModelErrorKind;
  readonly modelId: string;
  /** How long the provider asks to wait before the next try, when it says so. */
  readonly retryAfterMs: number | undefined;

  constructor(kind: ModelErrorKind, modelId: string, message: string, options: ErrorOptions & { readonly retryAfterMs?: number } = {}) {
    super(message, options);
    this.kind = kind;
    this.modelId = modelId;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** True when the same call may succeed later. */
  get transient(): boolean {
    return this.kind === 'rate-limited' || this.kind === 'timeout' || this.kind === 'unavailable';
  }
}
