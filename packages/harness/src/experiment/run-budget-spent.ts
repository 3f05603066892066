/** Says that an attempt could not be paid for to its end. */
import { RatchetError } from '@ratchet/core';

/** Such an attempt is no outcome of its arm, and is made again when there is more. */
export class RunBudgetSpent extends RatchetError {
  readonly kind = 'run-budget';
}
