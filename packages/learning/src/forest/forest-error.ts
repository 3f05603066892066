/** The error of the forests for data or settings that no tree can honestly be grown from. */
import { RatchetError } from '@ratchet/core';

/** `invalid-data`: features, targets or weights; `invalid-settings`: how to grow; `failed-worker`: the thread ended without a forest. */
export type ForestErrorKind = 'invalid-data' | 'invalid-settings' | 'failed-worker';

export class ForestError extends RatchetError {
  readonly kind: ForestErrorKind;

  constructor(kind: ForestErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}
