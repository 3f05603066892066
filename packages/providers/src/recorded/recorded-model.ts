/** Replays recorded answers or outcomes by request id; what was not recorded is an error, never a guess. */
import { type Clock, type LanguageModel, ModelError, type TokenUsage } from '@ratchet/core';
import { cancellableSleep } from '../cancellable-sleep.ts';

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
      if (answer.latencyMs !== null) await cancellableSleep(clock, answer.latencyMs, { modelId: id, signal: options.signal });
      return { ...answer, finishReason: 'stop' };
    },
  };
}
