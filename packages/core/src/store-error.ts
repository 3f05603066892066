/** Why a store did not do what it was asked for. */
import { RatchetError } from './ratchet-error.ts';

/** `unavailable`: what it writes to does not answer. `damaged`: what it reads cannot be what it wrote. `in-use`: what is asked for is another's. */
export type StoreErrorKind = 'unavailable' | 'damaged' | 'known-key' | 'closed' | 'in-use';

export class StoreError extends RatchetError {
  readonly kind: StoreErrorKind;

  constructor(kind: StoreErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
