/** `direct`: one call with the whole request. */
import type { DirectArm } from '../arm.ts';
import { armId } from '../arm.ts';
import { section } from '../prompts/section.ts';
import type { Strategy } from '../strategy.ts';
import { callModel } from './call-model.ts';

export const direct: Strategy<DirectArm> = async (analysis, arm, context) => {
  const key = `${armId(arm)}\n${analysis.text}`;
  const kept = arm.cacheSeconds > 0 ? context.cache?.get(key, context.clock.now()) : undefined;
  if (kept !== undefined) return { kind: 'answered', text: kept };
  const end = await callModel(analysis, { kind: 'answer', content: section('request', analysis.text) }, { ...settingsOf(arm), seed: 0 }, context);
  if (end.kind === 'answered' && arm.cacheSeconds > 0) context.cache?.set(key, end.text, context.clock.now() + arm.cacheSeconds * 1000);
  return end;
};

function settingsOf({ model, temperature, maxOutputTokens, timeoutMs }: DirectArm) {
  return { model, temperature, maxOutputTokens, timeoutMs };
}
