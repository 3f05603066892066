/** From the entries of the log to what learners fold. */
import { type Analysis, analyze, type LogEntry, parseArmId } from '@ratchet/core';
import type { LearningEvent } from '@ratchet/learning';

/** In the order of the log. An execution comes without its quality, a judgement with it under the same id. */
export function eventsOf(entries: readonly LogEntry[]): readonly LearningEvent[] {
  const analyses = new Map<string, Analysis>();
  return entries.flatMap(({ decision, quality }): readonly LearningEvent[] => {
    const { id, text, tools, armId, propensity, costUsd, latencyMs, tenant, learnable } = decision;
    if (!learnable) return [];
    const asked = tools === null ? text : `${JSON.stringify(tools)}\n${text}`;
    let analysis = analyses.get(asked);
    if (analysis === undefined) {
      analysis = analyze({ id, text, ...(tools === null ? {} : { tools }) });
      analyses.set(asked, analysis);
    }
    return [{ id, analysis, arm: parseArmId(armId), propensity, tenant, outcome: { quality, costUsd, latencyMs } }];
  });
}

/** Of those that can be learned from, how many were judged. */
export function judgedCount(entries: readonly LogEntry[]): number {
  return entries.filter(({ quality, decision }) => quality !== null && decision.learnable).length;
}
