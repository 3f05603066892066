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

/** Written out: names that are put together for each answer take longer to look up than all else that is done with it. */
const names = {
  requests: {
    limit: ['x-ratelimit-limit-requests', 'anthropic-ratelimit-requests-limit'],
    remaining: ['x-ratelimit-remaining-requests', 'anthropic-ratelimit-requests-remaining'],
  },
  tokens: {
    limit: ['x-ratelimit-limit-tokens', 'anthropic-ratelimit-tokens-limit'],
    remaining: ['x-ratelimit-remaining-tokens', 'anthropic-ratelimit-tokens-remaining'],
  },
} as const;

export function statedLimits(headers: ResponseHeaders): StatedLimits {
  return { requests: read(headers, names.requests), tokens: read(headers, names.tokens) };
}

type NamesOfLimit = (typeof names)[keyof typeof names];

function read(headers: ResponseHeaders, { limit: [openai, anthropic], remaining: [openaiLeft, anthropicLeft] }: NamesOfLimit): StatedLimit | undefined {
  const limit = amount(headers[openai] ?? headers[anthropic]);
  if (limit === undefined || limit === 0) return undefined;
  const remaining = amount(headers[openaiLeft] ?? headers[anthropicLeft]);
  return remaining === undefined ? undefined : { limit, remaining };
}

function amount(text: unknown): number | undefined {
  return typeof text === 'string' && /^[0-9]+$/.test(text) ? Number(text) : undefined;
}
