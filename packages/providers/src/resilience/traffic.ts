/** Lets calls through one after another so that a provider's limits hold, and finds these limits where nobody says them. */
import type { Clock } from '@ratchet/core';
import type { ResponseHeaders } from '../live/call-watch.ts';
import { fullBudget, type MinuteBudget, refilled, spend, waitFor } from './minute-budget.ts';
import { passedLately } from './passed-lately.ts';
import { statedLimits } from './stated-limits.ts';
import { waitingQueue } from './waiting-queue.ts';

export interface TrafficLimits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  /** Most calls at once. */
  readonly concurrency: number;
}

/** Ended once, by one of its methods. */
export interface Pass {
  /** `tokens`: what the call really used. */
  succeeded(tokens: number): void;
  /** Refused for too many calls; `retryAfterMs` where the provider says when to come back. */
  throttled(retryAfterMs: number | undefined): void;
  /** Ended otherwise: that says nothing of limits. */
  ended(): void;
}

export interface Traffic {
  /** Waits for its turn. `tokens`: the most that the call may use. Rejects with the signal's reason. */
  enter(tokens: number, signal: AbortSignal | undefined): Promise<Pass>;
  observe(headers: ResponseHeaders): void;
}

/** For what went through before it a refusal says nothing any more. */
const rememberedMs = 120_000;

const startWindow = 8;
/** Of a success, until the first refusal: half as many again a round. */
const slowStartStep = 0.5;
/** Of the calls at once, after a refusal (multiplicative decrease). */
const narrowing = 0.7;
/** Of a limit that was found, after a further refusal, and in a minute without one. */
const limitDecrease = 0.95;
const limitGrowth = 1.02;
const firstPauseMs = 1000;
const longestPauseMs = 60_000;
/** Of a pause that a provider asks for: who is told to come back tomorrow fails, and does not wait here unseen. */
const longestAskedPauseMs = 120_000;

const nobodyWaits = new Error('nobody waits any more');

/**
 * Calls at once grow by half with each round until the first refusal (slow start), shrink at each refusal and grow slowly from then
 * on (additive increase, multiplicative decrease; Chiu and Jain 1989). A refusal stops all calls until the provider wants
 * them again; what went through in the minute before it is then taken for the limit, as limits are stated by the minute, and
 * calls are spread by it. So a limit costs the refusals of what was under way when it was met, and few later.
 */
export function traffic(clock: Clock, limits: TrafficLimits): Traffic {
  const given = {
    requests: limits.requestsPerMinute ?? Number.POSITIVE_INFINITY,
    tokens: limits.tokensPerMinute ?? Number.POSITIVE_INFINITY,
  };
  let requests = fullBudget(given.requests, clock.now());
  let tokens = fullBudget(given.tokens, clock.now());
  let stated = false;
  /** Whether the limits were found by refusals. */
  let found = false;
  let window = Math.min(limits.concurrency, startWindow);
  let slowStart = true;
  let underWay = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let refusedAt: number | undefined;
  let refusals = 0;
  let alarm: { readonly at: number; readonly off: AbortController } | undefined;
  /** Of those that wait, the tokens that each may use. */
  const queue = waitingQueue<number, Pass>(() => pump());
  const lately = passedLately(rememberedMs);

  const refill = (): void => {
    const now = clock.now();
    if (found && refusedAt === undefined) {
      const grown = limitGrowth ** ((now - requests.at) / 60_000);
      requests = { ...requests, perMinute: Math.min(given.requests, requests.perMinute * grown) };
      tokens = { ...tokens, perMinute: Math.min(given.tokens, tokens.perMinute * grown) };
    }
    requests = refilled(requests, now);
    tokens = refilled(tokens, now);
  };

  /** Once the pause after a refusal is over: what went through in the minute before it is the limit. */
  const learn = (at: number): void => {
    refusedAt = undefined;
    if (stated) return;
    const seen = lately.between(at - 60_000, at);
    const lower = (budget: MinuteBudget, amount: number, most: number): MinuteBudget => {
      const perMinute = Math.min(most, Math.max(1, found ? Math.min(budget.perMinute * limitDecrease, amount) : amount));
      // None was left when it refused; since then some came back.
      return { perMinute, available: Math.min(perMinute, (perMinute * (clock.now() - at)) / 60_000), at: clock.now() };
    };
    requests = lower(requests, seen.requests, given.requests);
    tokens = lower(tokens, seen.tokens, given.tokens);
    found = true;
  };

  const wakeIn = (ms: number): void => {
    const at = clock.now() + ms;
    if (alarm !== undefined && alarm.at <= at) return;
    silence();
    const off = new AbortController();
    alarm = { at, off };
    clock.sleep(ms, off.signal).then(
      () => {
        alarm = undefined;
        pump();
      },
      // Another took its place, or nobody waits any more.
      () => undefined,
    );
  };
  /** So that no timer outlives those who wait. */
  const silence = (): void => {
    alarm?.off.abort(nobodyWaits);
    alarm = undefined;
  };

  const pump = (): void => {
    for (let amount = queue.first(); amount !== undefined; amount = queue.first()) {
      const now = clock.now();
      if (now < pausedUntil) {
        wakeIn(pausedUntil - now);
        return;
      }
      if (refusedAt !== undefined) learn(refusedAt);
      if (underWay >= Math.max(1, Math.floor(window))) return;
      refill();
      const waitMs = Math.max(waitFor(requests, 1), waitFor(tokens, amount));
      if (waitMs > 0) {
        wakeIn(waitMs);
        return;
      }
      underWay++;
      requests = spend(requests, 1);
      tokens = spend(tokens, amount);
      queue.serve(passFor(amount));
    }
    silence();
  };

  const passFor = (reserved: number): Pass => {
    const call = lately.add(clock.now(), reserved);
    const end = (): void => {
      underWay--;
      pump();
    };
    return {
      succeeded: (used) => {
        tokens = spend(tokens, used - reserved);
        lately.use(call, used);
        refusals = 0;
        window = Math.min(limits.concurrency, window + (slowStart ? slowStartStep : 1 / window));
        end();
      },
      throttled: (retryAfterMs) => {
        const now = clock.now();
        lately.refuse(call);
        if (retryAfterMs === 0) {
          // Who wants the call again at once has no minute's limit that was met: there are fewer at once, and no more is learned.
          slowStart = false;
          window = Math.max(1, window * narrowing);
          end();
          return;
        }
        // Those that were under way together are refused together: that is one refusal.
        if (refusedAt === undefined) {
          refusedAt = now;
          refusals++;
          slowStart = false;
          window = Math.max(1, window * narrowing);
        }
        const pauseMs = Math.min(longestAskedPauseMs, retryAfterMs ?? Math.min(longestPauseMs, firstPauseMs * 2 ** (refusals - 1)));
        pausedUntil = Math.max(pausedUntil, now + pauseMs);
        end();
      },
      ended: end,
    };
  };

  return {
    enter: queue.wait,
    observe: (headers) => {
      const { requests: ofRequests, tokens: ofTokens } = statedLimits(headers);
      if (ofRequests === undefined && ofTokens === undefined) return;
      stated = true;
      refill();
      const told = (budget: MinuteBudget, one: { limit: number; remaining: number } | undefined, most: number): MinuteBudget =>
        one === undefined ? budget : { perMinute: Math.min(most, one.limit), available: Math.min(budget.available, one.remaining), at: clock.now() };
      requests = told(requests, ofRequests, given.requests);
      tokens = told(tokens, ofTokens, given.tokens);
      pump();
    },
  };
}
