/** Which models are not asked for now, since they, or their breakers, said when to come back. A failure that says nothing of it is soon over. */
import type { Clock, ModelError } from '@ratchet/core';

export interface CoolDowns {
  ready(model: string): boolean;
  /** Milliseconds for which one of these asked to be left alone; 0 where none did. */
  askedToWaitMs(models: readonly string[]): number;
  /** `models`: those that were asked, in the words of the arm. */
  failed(error: ModelError, models: readonly string[]): void;
}

const longestMs = 120_000;

export function coolDowns(clock: Clock): CoolDowns {
  const cooling = new Map<string, { readonly until: number; readonly asked: boolean }>();
  const left = (model: string): number => Math.max(0, (cooling.get(model)?.until ?? 0) - clock.now());
  return {
    ready: (model) => left(model) === 0,
    askedToWaitMs: (models) => Math.max(0, ...models.map((model) => (cooling.get(model)?.asked === true ? left(model) : 0))),
    failed: ({ kind, modelId, retryAfterMs }, models) => {
      if (retryAfterMs === undefined) return;
      // What answers under a name may have another in its catalogue.
      const model = models.includes(modelId) ? modelId : (models[0] ?? modelId);
      cooling.set(model, { until: clock.now() + Math.min(longestMs, retryAfterMs), asked: kind === 'rate-limited' });
    },
  };
}
