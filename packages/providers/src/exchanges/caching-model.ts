/** Answers a call that was answered before from a file, without asking the model. */
import type { LanguageModel } from '@ratchet/core';
import { answerEnd, answerOf, type ExchangeFile } from './exchange-file.ts';
import { exchangeKey } from './exchange-key.ts';

export interface CacheParts {
  readonly cache: ExchangeFile;
  /** All that keeps equal calls apart: the repeat that they belong to (unless repeats may share), the version of the scorer. */
  readonly scope: readonly string[];
  /** For people who read the file. */
  readonly attempt: string;
}

/** What comes from the cache costs what it cost, and its time is not known: it took none. Errors are asked again. */
export function cachingModel(model: LanguageModel, { cache, scope, attempt }: CacheParts): LanguageModel {
  return {
    id: model.id,
    complete: async (call, options = {}) => {
      const key = exchangeKey(model.id, call, scope);
      const known = cache.get(key);
      if (known?.end.kind === 'answer') {
        const answer = answerOf(known.end);
        if (answer.text !== '') options.onDelta?.({ kind: 'text', text: answer.text });
        return { ...answer, latencyMs: null };
      }
      const answer = await model.complete(call, options);
      const messages = call.messages.map(({ role, content }) => ({ role, content }));
      cache.put({ key, model: model.id, attempt, messages, end: answerEnd(answer) });
      return answer;
    },
  };
}
