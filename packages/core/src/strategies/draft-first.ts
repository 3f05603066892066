/** A cascade of two models: the cheaper one answers what takes few words, the other one the rest (Chen, Zaharia and Zou, FrugalGPT, 2023). */
import type { DirectArm } from '../arm.ts';
import type { AnswerDelta } from '../language-model.ts';
import type { ModelError } from '../model-error.ts';

/** What of a call the arm says. */
export interface DraftCall {
  readonly model: string;
  readonly maxOutputTokens: number;
  readonly onDelta: ((delta: AnswerDelta) => void) | undefined;
}

export type DraftEnd = { readonly text: string; readonly cutOff?: boolean } | { readonly error: ModelError };

/** With any other model these would be the same. */
const ofTheRequest: ReadonlySet<ModelError['kind']> = new Set(['deadline', 'cancelled', 'budget']);

/**
 * Asks the arm's model, and its fallback in its place where the answer is longer than the arm's `draftTokens` (it is cut off there, and paid
 * as far as it came) or none comes. Nothing of a draft is told before it is known to be the answer.
 */
export async function draftFirst<End>(
  { model, fallbackModel, draftTokens, maxOutputTokens }: DirectArm,
  { onDelta, ask, read }: { readonly onDelta: DraftCall['onDelta']; readonly ask: (call: DraftCall) => Promise<End>; readonly read: (end: End) => DraftEnd },
): Promise<End> {
  if (fallbackModel === undefined || draftTokens === undefined || draftTokens >= maxOutputTokens) return ask({ model, maxOutputTokens, onDelta });
  const draft = await ask({ model, maxOutputTokens: draftTokens, onDelta: undefined });
  const end = read(draft);
  if ('error' in end ? !ofTheRequest.has(end.error.kind) : end.cutOff === true) return ask({ model: fallbackModel, maxOutputTokens, onDelta });
  if ('text' in end && end.text !== '') onDelta?.({ kind: 'text', text: end.text });
  return draft;
}
