/** Models that count what they are used for, so that cost and tokens of a request are known whatever its strategy does. */
import type { LanguageModel, ModelDirectory } from './language-model.ts';
import { ModelError } from './model-error.ts';

export interface Usage {
  readonly modelCalls: number;
  readonly failedCalls: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** null when the cost of any call is not known. */
  readonly costUsd: number | null;
  /** False when the time of any call is not known. */
  readonly latencyKnown: boolean;
}

export interface MeteredModels {
  readonly models: ModelDirectory;
  usage(): Usage;
}

export function meteredModels(models: ModelDirectory): MeteredModels {
  let usage: Usage = { modelCalls: 0, failedCalls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, latencyKnown: true };
  const metered = new Map<string, LanguageModel>();
  const wrap = (model: LanguageModel): LanguageModel => ({
    id: model.id,
    complete: async (call, options) => {
      try {
        const answer = await model.complete(call, options);
        usage = {
          ...usage,
          modelCalls: usage.modelCalls + 1,
          inputTokens: usage.inputTokens + answer.usage.inputTokens,
          outputTokens: usage.outputTokens + answer.usage.outputTokens,
          costUsd: usage.costUsd === null || answer.costUsd === null ? null : usage.costUsd + answer.costUsd,
          latencyKnown: usage.latencyKnown && answer.latencyMs !== null,
        };
        return answer;
      } catch (error) {
        if (error instanceof ModelError) usage = withFailure(usage, error);
        throw error;
      }
    },
  });
  return {
    models: (id) => {
      let model = metered.get(id);
      if (model === undefined) {
        model = wrap(models(id));
        metered.set(id, model);
      }
      return model;
    },
    usage: () => usage,
  };
}

/** A call that gave no answer may be charged for all the same. */
function withFailure(usage: Usage, { charged }: ModelError): Usage {
  const failed = { ...usage, modelCalls: usage.modelCalls + 1, failedCalls: usage.failedCalls + 1 };
  if (charged === undefined) return failed;
  return {
    ...failed,
    inputTokens: usage.inputTokens + charged.usage.inputTokens,
    outputTokens: usage.outputTokens + charged.usage.outputTokens,
    costUsd: usage.costUsd === null || charged.costUsd === null ? null : usage.costUsd + charged.costUsd,
  };
}
