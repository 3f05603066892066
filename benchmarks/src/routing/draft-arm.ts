/** Adds arms to a table that ask a cheap model first, and a better one where that has more to say than in its shortest answers. */
import { armSchema } from '@ratchet/core';
import { draftOutcome } from '@ratchet/harness';
import { quantile } from '@ratchet/learning';
import { outcomeOf, type RoutingTable } from './routing-table.ts';

/** A draft costs no more than this share of what it may save. */
const dearestDraft = 0.1;

/** Of the draft's answers, those that are let through: a tenth by splits that are in no row (docs/learning.md). */
const shortShare = 0.1;

/** What was seen of the models, by their positions. */
export interface SeenModels {
  /** Mean, in [0, 1]. */
  quality(model: number): number;
  /** Mean; infinity where nothing is known. */
  costUsd(model: number): number;
  /** Output tokens of its answers. */
  lengths(model: number): readonly number[];
}

/** Positions of two models, and the longest answer of the first that is let through. */
export interface Draft {
  readonly draft: number;
  readonly best: number;
  readonly draftTokens: number;
}

/** The best of the models that cost a tenth of the `best` one. undefined where none is so cheap, or how long its answers are is not known. */
export function chooseDraft(seen: SeenModels, { models, best }: { readonly models: readonly number[]; readonly best: number }): Draft | undefined {
  const [draft] = models.filter((model) => seen.costUsd(model) <= dearestDraft * seen.costUsd(best)).toSorted((a, b) => seen.quality(b) - seen.quality(a));
  if (draft === undefined) return undefined;
  const lengths = seen.lengths(draft).toSorted((a, b) => a - b);
  if (lengths.length === 0 || lengths.at(-1) === 0) return undefined;
  return { draft, best, draftTokens: Math.max(1, Math.round(quantile(lengths, shortShare))) };
}

/** Where two calls are made both are paid, the draft's as a whole. */
export function withDraft(table: RoutingTable, { draft, best, draftTokens }: Draft): RoutingTable {
  const { models, outputTokens } = table;
  return {
    ...table,
    arms: [...table.arms, armSchema.parse({ strategy: 'direct', model: models[draft], fallbackModel: models[best], draftTokens })],
    outcomes: table.outcomes.map((row, query) => {
      const recorded = (model: number) => ({ ...outcomeOf(table, query, model), inputTokens: 0, outputTokens: outputTokens?.[query]?.[model] ?? 0 });
      const { quality, costUsd, latencyMs } = draftOutcome(recorded(draft), recorded(best), draftTokens);
      return [...row, { quality, costUsd, latencyMs }];
    }),
  };
}

/** Which models, and what is short, all outcomes on the training queries say; the `best` single model answers the rest. A table where there is no such arm stays as it is. */
export function withDraftArm(table: RoutingTable, { train, best }: { readonly train: readonly number[]; readonly best: number }): RoutingTable {
  const mean = (value: (query: number) => number): number => train.reduce((sum, query) => sum + value(query), 0) / train.length;
  const seen: SeenModels = {
    quality: (model) => mean((query) => outcomeOf(table, query, model).quality ?? 0),
    costUsd: (model) => mean((query) => outcomeOf(table, query, model).costUsd ?? 0),
    lengths: (model) => train.map((query) => table.outputTokens?.[query]?.[model] ?? 0),
  };
  const draft = chooseDraft(seen, { models: table.models.map((_, model) => model), best });
  return draft === undefined ? table : withDraft(table, draft);
}
