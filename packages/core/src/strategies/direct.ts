/** `direct`: one call with the whole request; with a fallback model, two where the first answer would be too long. */
import type { DirectArm } from '../arm.ts';
import { type StepStatus, stepTitle } from '../progress.ts';
import { hashOf, promptsHash } from '../prompts/prompts-hash.ts';
import { requestSection } from '../prompts/section.ts';
import type { Strategy } from '../strategy.ts';
import { type CallEnd, type CallPrompt, callModel, messagesOf } from './call-model.ts';
import { draftFirst } from './draft-first.ts';
import { endOfWhole } from './end-of-whole.ts';

export const direct: Strategy<DirectArm> = async (analysis, arm, context) => {
  const { model, temperature, maxOutputTokens, timeoutMs, fallbackModel, draftTokens } = arm;
  const settings = { model, temperature, maxOutputTokens, timeoutMs, seed: 0 };
  const prompt: CallPrompt = { kind: 'answer', content: requestSection(analysis) };
  const cache = arm.cacheSeconds > 0 ? context.cache : undefined;
  const key = cache === undefined ? '' : hashOf({ promptsHash, messages: messagesOf(prompt), ...settings, fallbackModel, draftTokens });
  const kept = cache?.get(key, context.clock.now());
  if (kept !== undefined) {
    context.onDelta?.({ kind: 'text', text: kept });
    return { kind: 'answered', text: kept };
  }
  const tell = (status: StepStatus): void => context.onProgress?.({ kind: 'step', step: 0, of: 1, title: stepTitle(analysis.text), status });
  tell('begun');
  const end = await draftFirst<CallEnd>(arm, {
    onDelta: context.onDelta,
    ask: (call) => callModel(analysis, prompt, { ...settings, ...call }, context),
    read: (called) => called,
  });
  tell(end.kind);
  if (end.kind === 'answered') cache?.set(key, end.text, context.clock.now() + arm.cacheSeconds * 1000);
  return endOfWhole(analysis, end);
};
