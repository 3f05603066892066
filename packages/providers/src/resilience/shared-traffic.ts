/** Keeps a limit of a provider together with other processes: what the process lets through waits for what all of them have left. */
import type { Clock, SharedRate } from '@ratchet/core';
import type { Traffic } from './traffic.ts';

export interface SharedTrafficParts {
  readonly rate: SharedRate;
  readonly clock: Clock;
  /** Told when the limit cannot be asked for: the call is then not made. */
  readonly onFault: (error: unknown) => void;
}

/** Where the provider does not say for how long it refuses. */
const pauseMs = 1000;
const longestPauseMs = 120_000;

/** How many calls at once, and limits that nobody knows, each process finds for itself; a refusal stops all of them. */
export function sharedTraffic(own: Traffic, { rate, clock, onFault }: SharedTrafficParts): Traffic {
  // What is told of is not waited for.
  const tell = (told: Promise<void>): void => {
    told.catch(onFault);
  };
  return {
    enter: async (tokens, signal) => {
      const pass = await own.enter(tokens, signal);
      try {
        const waitMs = await rate.take(tokens).catch((error: unknown) => {
          onFault(error);
          throw error;
        });
        if (waitMs > 0) await clock.sleep(waitMs, signal);
      } catch (error) {
        pass.ended();
        throw error;
      }
      return {
        succeeded: (used) => {
          tell(rate.giveBack(tokens - used));
          pass.succeeded(used);
        },
        throttled: (retryAfterMs) => {
          // Who wants the call again at once has no limit that was met.
          if (retryAfterMs !== 0) tell(rate.pause(Math.min(longestPauseMs, retryAfterMs ?? pauseMs)));
          pass.throttled(retryAfterMs);
        },
        ended: () => {
          pass.ended();
        },
      };
    },
    observe: own.observe,
  };
}
