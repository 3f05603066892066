/** Replays recorded answers or outcomes by request id; what was not recorded is an error, never a guess. */
import { type Clock, type LanguageModel, ModelError, type TokenUsage } from '@ratchet/core';
import { streamText } from '../stream-text.ts';

export interface RecordedAnswer {
  readonly text: string;
  readonly usage: TokenUsage;
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
}

export function recordedModel(id: string, answers: ReadonlyMap<string, RecordedAnswer>, clock: Clock): LanguageModel {
  return {
    id,
    complete: async (call, options = {}) => {
      const answer = answers.get(call.requestId);
      if (answer === undefined) throw new ModelError('not-recorded', id, `nothing is recorded of ${id} for the request ${call.requestId}`);
      if (answer.latencyMs !== null) await streamText(answer.text, { modelId: id, clock, latencyMs: answer.latencyMs, firstMs: 0 }, options);
      else if (answer.text !== '') options.onDelta?.({ kind: 'text', text: answer.text });
      // Longer than it would have been let: its text is whole all the same, as nobody knows where it would have ended.
      return { ...answer, finishReason: answer.usage.outputTokens > call.maxOutputTokens ? 'length' : 'stop' };
    },
  };
}
