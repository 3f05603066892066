/** One traced call of a model for a request; turns a provider's error into data. */
import type { Analysis } from '../analysis.ts';
import type { Message } from '../language-model.ts';
import { ModelError } from '../model-error.ts';
import type { PromptKind } from '../prompts/prompts.ts';
import { prompts } from '../prompts/prompts.ts';
import type { StrategyContext, StrategyEnd } from '../strategy.ts';

export interface CallSettings {
  readonly model: string;
  readonly temperature: number;
  readonly maxOutputTokens: number;
  readonly timeoutMs: number;
  readonly seed: number;
}

export async function callModel(
  analysis: Analysis,
  prompt: { readonly kind: PromptKind; readonly content: string },
  settings: CallSettings,
  context: StrategyContext,
): Promise<StrategyEnd> {
  const { model, ...rest } = settings;
  const messages: readonly Message[] = [
    { role: 'system', content: prompts[prompt.kind] },
    { role: 'user', content: prompt.content },
  ];
  try {
    const answer = await context.tracer.span('model call', { model, prompt: prompt.kind, seed: settings.seed }, (span) =>
      context
        .models(model)
        .complete({ requestId: analysis.requestId, messages, ...rest }, context.signal === undefined ? {} : { signal: context.signal })
        .then((given) => {
          span.set({ usage: given.usage, costUsd: given.costUsd, latencyMs: given.latencyMs, finishReason: given.finishReason });
          return given;
        }),
    );
    return { kind: 'answered', text: answer.text };
  } catch (error) {
    if (error instanceof ModelError) return { kind: 'failed', error, partialText: '' };
    throw error;
  }
}
