/** Answers one step: a call for some chunks, with what it needs in sight, and a fallback model where there is one. */
import type { Analysis } from '../analysis.ts';
import { ModelError } from '../model-error.ts';
import type { StrategyContext } from '../strategy.ts';
import { type CallEnd, type CallPrompt, type CallSettings, callModel } from './call-model.ts';

/** An answer without a word is none: others would build on it, and the whole would seem to be answered. */
export async function answerStep(
  analysis: Analysis,
  prompt: CallPrompt,
  { fallbackModel, ...settings }: CallSettings & { readonly fallbackModel?: string | undefined },
  context: StrategyContext,
): Promise<CallEnd> {
  const call = async (model: string): Promise<CallEnd> => {
    const end = await callModel(analysis, prompt, { ...settings, model }, context);
    return end.kind === 'answered' && end.text.trim() === ''
      ? { kind: 'failed', error: new ModelError('empty', model, `${model} gave an empty answer`), partialText: '' }
      : end;
  };
  const end = await call(settings.model);
  return end.kind === 'failed' && fallbackModel !== undefined && !isOver(end.error) ? call(fallbackModel) : end;
}

/** Nobody waits, or pays, for another try. */
function isOver({ kind }: ModelError): boolean {
  return kind === 'cancelled' || kind === 'deadline' || kind === 'budget';
}
