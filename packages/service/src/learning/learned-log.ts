/** Folds the log of the service into what each generation came to. */
import type { Clock, LogEntry, RequestFamily, Store, StoredDecision } from '@ratchet/core';
import { addValue, type Moments, noMoments } from '../interval.ts';

export interface MetricMoments {
  readonly quality: Moments;
  readonly costUsd: Moments;
  readonly latencyMs: Moments;
}

/** Of the decisions of a generation that learners can use. */
export interface GenerationFigures {
  readonly decisions: number;
  readonly judged: number;
  /** Of what it meant: without what explored. */
  readonly meant: MetricMoments & { readonly regret: Moments };
  readonly explored: MetricMoments & { readonly decisions: number; readonly judged: number };
  readonly strategies: Readonly<Record<string, number>>;
  /** Decisions by family, then by strategy. */
  readonly families: Readonly<Partial<Record<RequestFamily, Readonly<Record<string, number>>>>>;
}

export type LogFigures = ReadonlyMap<number, GenerationFigures>;

const noMetrics: MetricMoments = { quality: noMoments, costUsd: noMoments, latencyMs: noMoments };
export const noFigures: GenerationFigures = {
  decisions: 0,
  judged: 0,
  meant: { ...noMetrics, regret: noMoments },
  explored: { ...noMetrics, decisions: 0, judged: 0 },
  strategies: {},
  families: {},
};

/** An execution counts once, and its judgement when it comes. What nobody may learn from counts nowhere. */
export function addEntry(figures: GenerationFigures = noFigures, { decision, quality }: LogEntry): GenerationFigures {
  if (!decision.learnable) return figures;
  return quality === null ? addExecution(figures, decision) : addJudgement(figures, decision, quality);
}

function addExecution({ meant, explored, ...figures }: GenerationFigures, decision: StoredDecision): GenerationFigures {
  const { costUsd, latencyMs, family, predictedRegret } = decision;
  const strategy = decision.armId.slice(0, decision.armId.indexOf('/'));
  const executed = (own: MetricMoments) => ({ costUsd: addValue(own.costUsd, costUsd), latencyMs: addValue(own.latencyMs, latencyMs) });
  const ofFamily = family === null ? undefined : (figures.families[family] ?? {});
  return {
    ...figures,
    decisions: figures.decisions + 1,
    strategies: { ...figures.strategies, [strategy]: (figures.strategies[strategy] ?? 0) + 1 },
    families: family === null ? figures.families : { ...figures.families, [family]: { ...ofFamily, [strategy]: (ofFamily?.[strategy] ?? 0) + 1 } },
    meant: decision.explored ? meant : { ...meant, ...executed(meant), regret: addValue(meant.regret, predictedRegret) },
    explored: decision.explored ? { ...explored, ...executed(explored), decisions: explored.decisions + 1 } : explored,
  };
}

function addJudgement({ meant, explored, ...figures }: GenerationFigures, decision: StoredDecision, quality: number): GenerationFigures {
  return {
    ...figures,
    judged: figures.judged + 1,
    meant: decision.explored ? meant : { ...meant, quality: addValue(meant.quality, quality) },
    explored: decision.explored ? { ...explored, quality: addValue(explored.quality, quality), judged: explored.judged + 1 } : explored,
  };
}

const pageSize = 200;

/** Reads on from where it was: the log is only ever appended to. Calls at once share one reading. */
export function learnedLog(store: Store, clock: Clock): () => Promise<LogFigures> {
  const figures = new Map<number, GenerationFigures>();
  let sequence = 0;
  let reading: Promise<void> | undefined;
  const read = async (): Promise<void> => {
    for (;;) {
      const page = await store.entriesAfter(sequence, pageSize);
      for (const entry of page) figures.set(entry.decision.generation, addEntry(figures.get(entry.decision.generation), entry));
      sequence = page.at(-1)?.sequence ?? sequence;
      if (page.length < pageSize) return;
      // A long log must not hold up requests.
      await clock.sleep(0);
    }
  };
  return async () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    await reading;
    return figures;
  };
}
