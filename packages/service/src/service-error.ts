/** Why the service refuses a request: a status of HTTP with what OpenAI's clients read of an error. */
import { RatchetError } from '@ratchet/core';

export interface ServiceErrorOptions extends ErrorOptions {
  /** A word for programs, such as `rate_limit_exceeded`. */
  readonly code?: string;
  /** The parameter of the request that is at fault. */
  readonly param?: string | undefined;
  /** How long the client is asked to wait before its next try. */
  readonly retryAfterMs?: number | undefined;
}

export class ServiceError extends RatchetError {
  readonly kind = 'service';
  /** In [400, 599]. */
  readonly status: number;
  readonly code: string | null;
  readonly param: string | null;
  readonly retryAfterMs: number | undefined;

  constructor(status: number, message: string, options: ServiceErrorOptions = {}) {
    super(message, options);
    this.status = status;
    this.code = options.code ?? null;
    this.param = options.param ?? null;
    this.retryAfterMs = options.retryAfterMs;
  }

  /** The class of errors that OpenAI's API counts it among. */
  get type(): string {
    if (this.status === 401 || this.status === 403) return 'authentication_error';
    if (this.status === 429) return 'rate_limit_error';
    return this.status >= 500 ? 'server_error' : 'invalid_request_error';
  }
}
