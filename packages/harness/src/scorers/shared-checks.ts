/** What threads that score with one scenario tell each other, so that none executes what another has executed. */
import type { CheckResult } from './javascript-check.ts';

/** Execution is deterministic: whether a result is found here in time changes no score. */
export interface SharedChecks {
  /** `key`: the hash of what was checked, and of its check. */
  get(key: string): CheckResult | undefined;
  put(key: string, result: CheckResult): void;
}
