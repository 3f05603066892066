/** Why a scorer gave no score. A bad answer scores low and is never an error. */
import { RatchetError } from '@ratchet/core';

export class ScorerError extends RatchetError {
  readonly kind = 'scorer-failed';
}
