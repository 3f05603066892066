/** Which models are not asked for now, since they said when to come back, or failed a moment ago. */
import type { Clock, ModelError } from '@ratchet/core';

export interface CoolDowns {
  ready(model: string): boolean;
  /** Milliseconds until the first of these is ready; 0 where one is. */
  waitMs(models: readonly string[]): number;
  /** `models`: those that were asked, in the words of the arm. */
  failed(error: ModelError, models: readonly string[]): void;
}

/** After a failure that says nothing of how long it lasts. */
const usualMs = 1000;
const longestMs = 120_000;

export function coolDowns(clock: Clock): CoolDowns {
  const until = new Map<string, number>();
  const left = (model: string): number => Math.max(0, (until.get(model) ?? 0) - clock.now());
  return {
    ready: (model) => left(model) === 0,
    waitMs: (models) => Math.min(...models.map(left)),
    failed: ({ kind, modelId, retryAfterMs }, models) => {
      if (kind !== 'rate-limited' && kind !== 'unavailable') return;
      // What answers under a name may have another in its catalogue.
      const model = models.includes(modelId) ? modelId : (models[0] ?? modelId);
      until.set(model, clock.now() + Math.min(longestMs, retryAfterMs ?? usualMs));
    },
  };
}
