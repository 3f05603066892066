/** A language model for tests: it ends each call as its script says, after some virtual time, and keeps when it was called. */
import { type Clock, type LanguageModel, type ModelAnswer, type ModelCall, ModelError, type ModelErrorKind } from '@ratchet/core';

export type ScriptedEnd = Partial<ModelAnswer> | ModelErrorKind | Error;

export interface ScriptedModel extends LanguageModel {
  /** When each call began. */
  readonly begunAt: readonly number[];
}

/** Every call takes `takesMs`; once the script is used up, its last end is repeated. */
export function scriptedModel(clock: Clock, ends: readonly ScriptedEnd[], takesMs = 0): ScriptedModel {
  const begunAt: number[] = [];
  return {
    id: 'scripted',
    begunAt,
    complete: async (_call, options = {}) => {
      const end = ends[Math.min(begunAt.length, ends.length - 1)] as ScriptedEnd;
      begunAt.push(clock.now());
      await clock.sleep(takesMs, options.signal).catch((cause) => {
        throw new ModelError('cancelled', 'scripted', 'the call was aborted', { cause });
      });
      if (end instanceof Error) {
        // What came before it broke off.
        if (end instanceof ModelError && end.charged !== undefined) options.onDelta?.({ kind: 'text', text: 'half an ans' });
        throw end;
      }
      if (typeof end === 'string') throw new ModelError(end, 'scripted', `scripted: ${end}`);
      const answer: ModelAnswer = {
        text: 'the answer',
        finishReason: 'stop',
        usage: { inputTokens: 3, outputTokens: 2 },
        costUsd: 0.5,
        latencyMs: takesMs,
        ...end,
      };
      options.onDelta?.({ kind: 'text', text: answer.text });
      return answer;
    },
  };
}

export function callWith(changes: Partial<ModelCall> = {}): ModelCall {
  return { requestId: 'r1', messages: [{ role: 'user', content: 'Hello?' }], temperature: 0.7, maxOutputTokens: 1000, seed: 0, ...changes };
}
