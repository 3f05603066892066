/** `direct`: one call with the whole request. */
import type { DirectArm } from '../arm.ts';
import { type StepStatus, stepTitle } from '../progress.ts';
import { hashOf, promptsHash } from '../prompts/prompts-hash.ts';
import { requestSection } from '../prompts/section.ts';
import type { Strategy } from '../strategy.ts';
import { type CallPrompt, callModel, messagesOf } from './call-model.ts';
import { endOfWhole } from './end-of-whole.ts';

export const direct: Strategy<DirectArm> = async (analysis, arm, context) => {
  const { model, temperature, maxOutputTokens, timeoutMs } = arm;
  const settings = { model, temperature, maxOutputTokens, timeoutMs, seed: 0 };
  const prompt: CallPrompt = { kind: 'answer', content: requestSection(analysis) };
  const cache = arm.cacheSeconds > 0 ? context.cache : undefined;
  const key = cache === undefined ? '' : hashOf({ promptsHash, messages: messagesOf(prompt), ...settings });
  const kept = cache?.get(key, context.clock.now());
  if (kept !== undefined) {
    context.onDelta?.({ kind: 'text', text: kept });
    return { kind: 'answered', text: kept };
  }
  const tell = (status: StepStatus): void => context.onProgress?.({ kind: 'step', step: 0, of: 1, title: stepTitle(analysis.text), status });
  tell('begun');
  const end = await callModel(analysis, prompt, { ...settings, onDelta: context.onDelta }, context);
  tell(end.kind);
  if (end.kind === 'answered') cache?.set(key, end.text, context.clock.now() + arm.cacheSeconds * 1000);
  return endOfWhole(analysis, end);
};
