/** From the entries of the log to what learners fold. */
import { type Analysis, analyze, type LogEntry, parseArmId } from '@ratchet/core';
import type { LearningEvent } from '@ratchet/learning';

/** In the order of the log. An execution comes without its quality, a judgement with it under the same id. */
export function eventsOf(entries: readonly LogEntry[]): readonly LearningEvent[] {
  const analyses = new Map<string, Analysis>();
  return entries.flatMap(({ decision, quality }): readonly LearningEvent[] => {
    const { id, text, armId, propensity, costUsd, latencyMs, tenant, learnable } = decision;
    if (!learnable) return [];
    let analysis = analyses.get(text);
    if (analysis === undefined) {
      analysis = analyze({ id, text });
      analyses.set(text, analysis);
    }
    return [{ id, analysis, arm: parseArmId(armId), propensity, tenant, outcome: { quality, costUsd, latencyMs } }];
  });
}

/** Of those that can be learned from, how many were judged. */
export function judgedCount(entries: readonly LogEntry[]): number {
  return entries.filter(({ quality, decision }) => quality !== null && decision.learnable).length;
}
