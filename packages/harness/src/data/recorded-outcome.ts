/** What an arm came to on a query of a recorded table: from what its models came to. */
import type { DirectArm } from '@ratchet/core';
import type { OutcomeTable, RecordedOutcome } from './outcome-table.ts';

/** undefined where what its models came to is not recorded. */
export function recordedOutcome(
  { outcome }: Pick<OutcomeTable, 'outcome'>,
  queryId: string,
  { model, fallbackModel, draftTokens }: DirectArm,
): RecordedOutcome | undefined {
  const first = outcome(queryId, model);
  if (first === undefined || fallbackModel === undefined || draftTokens === undefined) return first;
  const second = outcome(queryId, fallbackModel);
  return second === undefined ? undefined : draftOutcome(first, second, draftTokens);
}

/** The draft's own where it is short enough; else the second one's, for which both are paid and waited for: the draft as a whole, since what it would have cost until it was cut off is not recorded. */
export function draftOutcome(draft: RecordedOutcome, second: RecordedOutcome, draftTokens: number): RecordedOutcome {
  if (draft.outputTokens <= draftTokens) return draft;
  const sum = (one: number | null, other: number | null): number | null => (one === null || other === null ? null : one + other);
  return {
    quality: second.quality,
    costUsd: sum(draft.costUsd, second.costUsd),
    latencyMs: sum(draft.latencyMs, second.latencyMs),
    inputTokens: draft.inputTokens + second.inputTokens,
    outputTokens: draft.outputTokens + second.outputTokens,
  };
}
