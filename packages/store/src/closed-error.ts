/** What a store answers after it was closed. */
import { StoreError } from '@ratchet/core';

export function closedError(): StoreError {
  return new StoreError('closed', 'the store is closed');
}
