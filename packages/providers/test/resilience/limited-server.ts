/** A model behind limits of requests and tokens a minute, for tests: on a clock of the test's, with refusals that say when to come back. */
import { type Clock, type LanguageModel, ModelError } from '@ratchet/core';
import type { ResponseHeaders } from '../../src/live/call-watch.ts';

export interface ServerSettings {
  readonly requestsPerMinute: number;
  readonly tokensPerMinute: number;
  /** `bucket`: what was used comes back little by little. `window`: all of it with each new minute. */
  readonly kind: 'bucket' | 'window';
  readonly latencyMs: number;
  readonly tokens: { readonly inputTokens: number; readonly outputTokens: number };
  readonly retryAfter: boolean;
  /** Told of the headers of each response, where the server sends any about its limits. */
  readonly onHeaders?: (headers: ResponseHeaders) => void;
}

export interface LimitedServer extends LanguageModel {
  readonly refusals: number;
  readonly answers: number;
  /** Most that were under way at once. */
  readonly most: number;
}

export function limitedServer(clock: Clock, settings: ServerSettings): LimitedServer {
  const { requestsPerMinute, tokensPerMinute, tokens, latencyMs } = settings;
  const cost = tokens.inputTokens + tokens.outputTokens;
  const state = { requests: requestsPerMinute, tokens: tokensPerMinute, at: clock.now() };
  const counts = { refusals: 0, answers: 0, most: 0, underWay: 0 };
  const refill = (): void => {
    const now = clock.now();
    if (settings.kind === 'bucket') {
      state.requests = Math.min(requestsPerMinute, state.requests + (requestsPerMinute * (now - state.at)) / 60_000);
      state.tokens = Math.min(tokensPerMinute, state.tokens + (tokensPerMinute * (now - state.at)) / 60_000);
    } else if (Math.floor(now / 60_000) > Math.floor(state.at / 60_000)) {
      state.requests = requestsPerMinute;
      state.tokens = tokensPerMinute;
    }
    state.at = now;
  };
  const headers = (): void =>
    settings.onHeaders?.({
      'x-ratelimit-limit-requests': `${requestsPerMinute}`,
      'x-ratelimit-remaining-requests': `${Math.floor(state.requests)}`,
      'x-ratelimit-limit-tokens': `${tokensPerMinute}`,
      'x-ratelimit-remaining-tokens': `${Math.floor(state.tokens)}`,
    });
  return {
    id: 'limited',
    get refusals() {
      return counts.refusals;
    },
    get answers() {
      return counts.answers;
    },
    get most() {
      return counts.most;
    },
    complete: async (_call, options = {}) => {
      counts.most = Math.max(counts.most, ++counts.underWay);
      try {
        refill();
        if (state.requests < 1 || state.tokens < cost) {
          counts.refusals++;
          const waitMs =
            settings.kind === 'window'
              ? 60_000 - (clock.now() % 60_000)
              : 60_000 * Math.max((1 - state.requests) / requestsPerMinute, (cost - state.tokens) / tokensPerMinute);
          await clock.sleep(50, options.signal);
          headers();
          throw new ModelError('rate-limited', 'limited', 'too many requests', settings.retryAfter ? { retryAfterMs: Math.ceil(waitMs) } : {});
        }
        state.requests -= 1;
        state.tokens -= cost;
        headers();
        await clock.sleep(latencyMs, options.signal);
        counts.answers++;
        return { text: 'yes', finishReason: 'stop', usage: tokens, costUsd: 0.01, latencyMs };
      } finally {
        counts.underWay--;
      }
    },
  };
}

/** The least time in which the server answers so many calls that are all there at the beginning. */
export function idealMs({ kind, requestsPerMinute, tokensPerMinute, tokens, latencyMs }: ServerSettings, calls: number): number {
  const cost = tokens.inputTokens + tokens.outputTokens;
  if (kind === 'window') {
    const aMinute = Math.min(requestsPerMinute, Math.floor(tokensPerMinute / cost));
    return 60_000 * Math.floor((calls - 1) / aMinute) + latencyMs;
  }
  const beyond = Math.max((calls - requestsPerMinute) / requestsPerMinute, (calls * cost - tokensPerMinute) / tokensPerMinute, 0);
  return 60_000 * beyond + latencyMs;
}
