/** What the threads of a run find of equal code: each tells the others of the same process. */
import { BroadcastChannel } from 'node:worker_threads';
import type { SharedChecks } from '@ratchet/harness';

interface FoundCheck {
  readonly key: string;
  readonly result: NonNullable<ReturnType<SharedChecks['get']>>;
}

/** Small ones: many more than a scenario has programs. */
const keptChecks = 100_000;

/** `scenario` names what it scores by: threads of other scenarios hear nothing of it. Keeps no thread alive. */
export function threadChecks(scenario: string): SharedChecks {
  const found = new Map<string, FoundCheck['result']>();
  const channel = new BroadcastChannel(`checks of ${scenario}`);
  channel.onmessage = (message) => {
    const { key, result } = (message as { readonly data: FoundCheck }).data;
    if (found.size >= keptChecks) found.clear();
    found.set(key, result);
  };
  channel.unref();
  return {
    get: (key) => found.get(key),
    put: (key, result) => channel.postMessage({ key, result } satisfies FoundCheck),
  };
}
