/** The port to a service that takes lines of a spool, and the two ways in which it may not. */
import { RatchetError } from '@ratchet/core';

export interface Destination {
  /** Sends all lines, in order where order matters. Throws a `ServiceAway` when the service takes nothing now; what `onSent` was told of holds. */
  send(lines: readonly string[], onSent: OnSent): Promise<void>;
}

/** How many of the first lines are done with, and those of them, since it was last told, that the service will not take. */
export type OnSent = (count: number, refused?: readonly string[]) => void;

/** Nothing is wrong with what was sent, as far as one knows: it may be sent again. */
export class ServiceAway extends RatchetError {
  readonly kind = 'service-away';
  /** How long the service asks to be left alone. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, options: { readonly cause?: unknown; readonly retryAfterMs?: number | undefined } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** Sending the same again would come to the same. */
export class Refused extends RatchetError {
  readonly kind = 'refused';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
