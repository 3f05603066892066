/** Adds an arm to a table that asks a cheap model first, and the best one where that has more to say than in its shortest answers. */
import { armSchema } from '@ratchet/core';
import { draftOutcome } from '@ratchet/harness';
import { quantile } from '@ratchet/learning';
import type { RoutingTable } from './routing-table.ts';

/** A draft costs no more than this share of what it may save. */
const dearestDraft = 0.1;

/** Of the draft's answers, those that are let through: a tenth by splits that are in no row (docs/learning.md). */
const shortShare = 0.1;

/**
 * Which models, and what is short, the training queries say: the draft is the best of those that cost a tenth of the `best` single one
 * (its position), which answers the rest. Where two calls are made both are paid, the draft's as a whole. A table without lengths of
 * answers, or without so cheap a model, stays as it is.
 */
export function withDraftArm(table: RoutingTable, { train, best }: { readonly train: readonly number[]; readonly best: number }): RoutingTable {
  const { outputTokens, models } = table;
  const mean = (model: number, value: 'quality' | 'costUsd'): number =>
    train.reduce((sum, query) => sum + (table.outcomes[query]?.[model]?.[value] ?? 0), 0) / train.length;
  const [draft] = models
    .map((_, model) => model)
    .filter((model) => mean(model, 'costUsd') <= dearestDraft * mean(best, 'costUsd'))
    .toSorted((a, b) => mean(b, 'quality') - mean(a, 'quality'));
  if (outputTokens === undefined || draft === undefined) return table;
  const lengths = train.map((query) => outputTokens[query]?.[draft] ?? 0).toSorted((a, b) => a - b);
  if (lengths.at(-1) === 0) return table;
  const draftTokens = Math.max(1, Math.round(quantile(lengths, shortShare)));
  return {
    ...table,
    arms: [...table.arms, armSchema.parse({ strategy: 'direct', model: models[draft], fallbackModel: models[best], draftTokens })],
    outcomes: table.outcomes.map((row, query) => {
      const recorded = (model: number) => ({ ...(row[model] as (typeof row)[number]), inputTokens: 0, outputTokens: outputTokens[query]?.[model] ?? 0 });
      const { quality, costUsd, latencyMs } = draftOutcome(recorded(draft), recorded(best), draftTokens);
      return [...row, { quality, costUsd, latencyMs }];
    }),
  };
}
