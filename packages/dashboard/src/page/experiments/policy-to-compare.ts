/** Which policy of a run is compared with another run's, until the reader says otherwise. */
import type { RunHead } from '@ratchet/service';

export function policyToCompare({ policies }: Pick<RunHead, 'policies'>): string {
  return policies.includes('learned') ? 'learned' : (policies[0] ?? 'learned');
}
