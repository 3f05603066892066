/** Answers a call that was answered before from a file, without asking the model. */
import { type LanguageModel, ModelError } from '@ratchet/core';
import { answerEnd, answerOf, type ExchangeFile } from './exchange-file.ts';
import { exchangeKey } from './exchange-key.ts';

export interface CacheParts {
  /** All that keeps equal calls apart: the repeat that they belong to (unless repeats may share), the version of the scorer. */
  readonly scope: readonly string[];
  /** For people who read the file. */
  readonly attempt: string;
}

/** Makes models that share the answers of one cache. */
export type AnswerCache = (model: LanguageModel, parts: CacheParts) => LanguageModel;

/**
 * What comes from the cache costs what it cost, and its time is not known: it took none. A call that is equal to one under way
 * waits for its answer; if that one fails, it asks for itself. Errors are asked again. Throws a `ModelError` (`cancelled`) for
 * a call that is aborted while it waits.
 */
export function answerCache(exchanges: ExchangeFile): AnswerCache {
  const underWay = new Map<string, Promise<unknown>>();
  return (model, { scope, attempt }) => ({
    id: model.id,
    complete: async (call, options = {}) => {
      const key = exchangeKey(model.id, call, scope);
      const before = underWay.get(key);
      if (before !== undefined) await endOf(before, model.id, options.signal);
      const known = exchanges.get(key);
      if (known?.end.kind === 'answer') {
        const answer = answerOf(known.end);
        if (answer.text !== '') options.onDelta?.({ kind: 'text', text: answer.text });
        return { ...answer, latencyMs: null };
      }
      const asked = model.complete(call, options).then((answer) => {
        const messages = call.messages.map(({ role, content }) => ({ role, content }));
        exchanges.put({ key, model: model.id, attempt, messages, end: answerEnd(answer) });
        return answer;
      });
      underWay.set(key, asked);
      try {
        return await asked;
      } finally {
        if (underWay.get(key) === asked) underWay.delete(key);
      }
    },
  });
}

/** Of an answer that somebody else asked for, or of the patience for it. */
async function endOf(asked: Promise<unknown>, modelId: string, signal: AbortSignal | undefined): Promise<void> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(new ModelError('cancelled', modelId, 'the call was aborted while it waited for an equal one', { cause: signal?.reason }));
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([asked.catch(() => undefined), aborted]);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}
