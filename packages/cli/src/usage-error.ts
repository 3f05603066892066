/** Something the person at the keyboard can mend: a wrong flag, name or file. */
import { RatchetError } from '@ratchet/core';

export class UsageError extends RatchetError {
  readonly kind = 'usage';
}
