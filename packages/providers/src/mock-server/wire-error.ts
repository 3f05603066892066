/** Why a mock server refuses a request: a status of HTTP with a message, which each wire format words in its own way. */
import { RatchetError } from '@ratchet/core';

export class WireError extends RatchetError {
  readonly kind = 'wire';
  /** In [400, 599]. */
  readonly status: number;
  /** How long the client is asked to wait before its next try. */
  readonly retryAfterMs: number | undefined;

  constructor(status: number, message: string, options: ErrorOptions & { readonly retryAfterMs?: number | undefined } = {}) {
    super(message, options);
    this.status = status;
    this.retryAfterMs = options.retryAfterMs;
  }
}
