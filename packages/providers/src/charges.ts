/** Adds up what the tries of a call are charged: those that failed count for the answer, or for the last error. */
import { type FailedUsage, type ModelAnswer, ModelError, type TokenUsage } from '@ratchet/core';

export function sumCharges(a: FailedUsage | undefined, b: FailedUsage | undefined): FailedUsage | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { usage: sumUsage(a.usage, b.usage), costUsd: a.costUsd === null || b.costUsd === null ? null : a.costUsd + b.costUsd };
}

export function answerWithCharge(answer: ModelAnswer, charged: FailedUsage | undefined): ModelAnswer {
  const sum = sumCharges({ usage: answer.usage, costUsd: answer.costUsd }, charged);
  return charged === undefined || sum === undefined ? answer : { ...answer, ...sum };
}

/** The same error, charged for `charged` instead of what it is charged for by itself. */
export function errorWithCharge(error: ModelError, charged: FailedUsage | undefined): ModelError {
  return new ModelError(error.kind, error.modelId, error.message, { cause: error, retryAfterMs: error.retryAfterMs, charged });
}

const parts = ['cachedInputTokens', 'cacheWriteTokens', 'reasoningTokens'] as const;

/** A part that neither knows is left out. */
function sumUsage(a: TokenUsage, b: TokenUsage): TokenUsage {
  const sums = parts.flatMap((part) => (a[part] === undefined && b[part] === undefined ? [] : [[part, (a[part] ?? 0) + (b[part] ?? 0)] as const]));
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    ...Object.fromEntries(sums),
    ...(a.estimated || b.estimated ? { estimated: true } : {}),
  };
}
