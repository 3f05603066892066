/** Token counts as a provider states them, believed where they can be. */
import type { Message, ModelCall, TokenUsage } from '@ratchet/core';
import { countTokens } from '../token-count.ts';

/** As it came: nothing of it is checked. */
export interface ReportedUsage {
  readonly inputTokens: unknown;
  readonly outputTokens: unknown;
  readonly cachedInputTokens?: unknown;
  readonly cacheWriteTokens?: unknown;
  readonly reasoningTokens?: unknown;
  /** Where the provider states a sum of its own. */
  readonly totalTokens?: unknown;
}

/**
 * What is not stated, or cannot be (no whole numbers from 0 on, parts above their whole, nothing for a text that came, a
 * wrong sum, more than any tokenizer makes of it), is counted here instead, and marked `estimated`.
 */
export function checkedUsage(reported: ReportedUsage | undefined, call: CountedCall, text: string): TokenUsage {
  return believable(reported, call, text) ?? countedUsage(call, text);
}

type CountedCall = Pick<ModelCall, 'messages' | 'maxOutputTokens'>;

/** With a tokenizer of this side: near, not equal, to what a provider counts. */
export function countedUsage({ messages }: Pick<ModelCall, 'messages'>, text: string): TokenUsage {
  return { inputTokens: inputTokensOf(messages), outputTokens: countTokens(text), estimated: true };
}

/** Tokens that mark a message in the usual chat formats. */
const tokensOfMessage = 4;

export function inputTokensOf(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + tokensOfMessage + countTokens(content), 0);
}

/** Near enough to spread calls by: to count exactly would take longer than all else that is done for a call. */
export function roughInputTokens(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + tokensOfMessage + Math.ceil(Buffer.byteLength(content) / usualBytesOfToken), 0);
}

const usualBytesOfToken = 4;

/** No tokenizer makes more tokens of a text than it has bytes. */
export function mostInputTokens(messages: readonly Message[]): number {
  return messages.reduce((sum, { content }) => sum + mostTokensOfMessage + Buffer.byteLength(content), mostTokensOfMessage);
}

/** With some to spare for what providers put around each message. */
const mostTokensOfMessage = 16;

/** A server's own template may come before the messages. */
const mostTemplateTokens = 4096;

function believable(reported: ReportedUsage | undefined, { messages, maxOutputTokens }: CountedCall, text: string): TokenUsage | undefined {
  if (reported === undefined) return undefined;
  const { inputTokens, outputTokens, totalTokens } = reported;
  if (!isCount(inputTokens) || !isCount(outputTokens)) return undefined;
  if (inputTokens === 0 || (outputTokens === 0 && text !== '')) return undefined;
  if (inputTokens > mostInputTokens(messages) + mostTemplateTokens || outputTokens > Math.max(maxOutputTokens, Buffer.byteLength(text) + mostTokensOfMessage))
    return undefined;
  if (isCount(totalTokens) && totalTokens < inputTokens + outputTokens) return undefined;
  const cached = reported.cachedInputTokens ?? 0;
  const written = reported.cacheWriteTokens ?? 0;
  const reasoning = reported.reasoningTokens ?? 0;
  if (!isCount(cached) || !isCount(written) || !isCount(reasoning)) return undefined;
  if (cached + written > inputTokens || reasoning > outputTokens) return undefined;
  return {
    inputTokens,
    outputTokens,
    ...(cached === 0 ? {} : { cachedInputTokens: cached }),
    ...(written === 0 ? {} : { cacheWriteTokens: written }),
    ...(reasoning === 0 ? {} : { reasoningTokens: reasoning }),
  };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
