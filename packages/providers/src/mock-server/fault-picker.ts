/** Says which fault, if any, strikes a request. */
import { seededRandom } from '@ratchet/core';
import type { FaultFile, FaultRule } from './fault-rules.ts';
import { occurrences } from './occurrences.ts';

export interface StruckRequest {
  readonly path: string;
  /** undefined where it names none. */
  readonly model: string | undefined;
  /** All that it says. */
  readonly content: string;
}

/**
 * Each draw depends on the rule, on what the request says, and on how often it came: not on other requests, as long as
 * rules have no `count`.
 */
export function faultPicker({ seed, faults }: FaultFile): (request: StruckRequest) => FaultRule | undefined {
  const random = seededRandom('faults', seed);
  const before = occurrences();
  const struck = faults.map(() => 0);
  return ({ path, model, content }) => {
    const attempt = before(`${path} ${content}`);
    const index = faults.findIndex(
      (rule, position) =>
        (rule.path === undefined || rule.path === path) &&
        (rule.model === undefined || rule.model === model) &&
        (struck[position] as number) < (rule.count ?? Number.POSITIVE_INFINITY) &&
        random.uniform(position, path, content, attempt) < rule.probability,
    );
    if (index < 0) return undefined;
    struck[index] = (struck[index] as number) + 1;
    return faults[index];
  };
}
