/** Limits as providers state them in the headers of their responses (OpenAI's and Anthropic's names). */
import type { ResponseHeaders } from '../live/call-watch.ts';

export interface StatedLimit {
  readonly limit: number;
  readonly remaining: number;
}

export interface StatedLimits {
  readonly requests: StatedLimit | undefined;
  /** Input and output together. */
  readonly tokens: StatedLimit | undefined;
}

export function statedLimits(headers: ResponseHeaders): StatedLimits {
  const read = (what: string): StatedLimit | undefined => {
    const limit = amount(headers[`x-ratelimit-limit-${what}`] ?? headers[`anthropic-ratelimit-${what}-limit`]);
    const remaining = amount(headers[`x-ratelimit-remaining-${what}`] ?? headers[`anthropic-ratelimit-${what}-remaining`]);
    return limit === undefined || remaining === undefined || limit === 0 ? undefined : { limit, remaining };
  };
  return { requests: read('requests'), tokens: read('tokens') };
}

function amount(text: unknown): number | undefined {
  return typeof text === 'string' && /^[0-9]+$/.test(text) ? Number(text) : undefined;
}
