/** `GET /api/learned`: what each generation came to in service, by the log. */
import type { Clock, Serving, Store } from '@ratchet/core';
import { z } from 'zod';
import { intervalOf, intervalSchema } from '../interval.ts';
import { type GenerationFigures, learnedLog, type MetricMoments, noFigures } from '../learning/learned-log.ts';
import type { LivePolicy } from '../serving/live-policy.ts';
import { servingCause } from '../serving/serving-reason.ts';
import { type Route, route } from './route.ts';

const metrics = { quality: intervalSchema, costUsd: intervalSchema, latencyMs: intervalSchema };

export const requestFamilies = ['single', 'list', 'ordered', 'cyclic'] as const;

const generationSchema = z.object({
  generation: z.int(),
  at: z.string().nullable().describe('When it was made; null for generation 0'),
  decisions: z.int().describe('Answered while it served, and of use to learners: with what explored, without failures, named models and private keys'),
  judged: z.int(),
  ...metrics,
  regret: intervalSchema.describe('Predicted utility of the best candidate less that of the chosen one, by the generation itself when it decided'),
  strategies: z.record(z.string(), z.number()).describe('Shares of decisions'),
  explored: z
    .object({ decisions: z.int(), judged: z.int(), ...metrics })
    .describe('Of these decisions those that explored: they are in no other figure of quality, cost, latency and regret'),
  families: z
    .array(z.object({ family: z.enum(requestFamilies), strategy: z.string(), share: z.number().describe('Within the family'), decisions: z.int() }))
    .describe('By what the analysis found: one part, several, several in an order, or a cycle'),
});

export const learnedSchema = z.object({
  serving: z.int(),
  generations: z.array(generationSchema),
  heuristic: z.object(metrics).describe('What generation 0 decided'),
  events: z
    .array(
      z.object({ at: z.string(), kind: z.enum(['promoted', 'rolled-back', 'by-hand']), generation: z.int().describe('Serves from then on'), why: z.string() }),
    )
    .describe('The oldest first'),
});
export type Learned = z.infer<typeof learnedSchema>;
export type LearnedGeneration = z.infer<typeof generationSchema>;

export interface LearnedRouteParts {
  readonly store: Store;
  readonly live: LivePolicy;
  /** Of real time. */
  readonly clock: Clock;
}

export function learnedRoute({ store, live, clock }: LearnedRouteParts): Route {
  const figuresOf = learnedLog(store, clock);
  return route({
    method: 'get',
    path: '/api/learned',
    scope: 'admin',
    summary: 'What each generation came to in service, and when which served',
    answer: learnedSchema,
    handle: async (): Promise<Learned> => {
      const figures = await figuresOf();
      const made = [{ generation: 0, atMs: null }, ...(await store.snapshots())];
      const first = figures.get(0);
      return {
        serving: live.current().generation,
        generations: made.map(({ generation, atMs }) => generationOf(generation, { atMs, figures: figures.get(generation) ?? noFigures })),
        heuristic: metricsOf(first?.meant ?? noFigures.meant),
        events: (await store.servings(1000)).toReversed().map(eventOf),
      };
    },
  });
}

function generationOf(generation: number, { atMs, figures }: { readonly atMs: number | null; readonly figures: GenerationFigures }): LearnedGeneration {
  const { decisions, judged, meant, explored, strategies, families } = figures;
  return {
    generation,
    at: atMs === null ? null : new Date(atMs).toISOString(),
    decisions,
    judged,
    ...metricsOf(meant),
    regret: intervalOf(meant.regret, unbounded),
    strategies: sharesOf(strategies),
    explored: { decisions: explored.decisions, judged: explored.judged, ...metricsOf(explored) },
    families: requestFamilies.flatMap((family) => {
      const counts = families[family] ?? {};
      const shares = sharesOf(counts);
      return Object.entries(counts).map(([strategy, count]) => ({ family, strategy, share: shares[strategy] ?? 0, decisions: count }));
    }),
  };
}

const unbounded = { least: 0, most: Number.POSITIVE_INFINITY };

function metricsOf({ quality, costUsd, latencyMs }: MetricMoments): Pick<LearnedGeneration, 'quality' | 'costUsd' | 'latencyMs'> {
  return { quality: intervalOf(quality, { least: 0, most: 1 }), costUsd: intervalOf(costUsd, unbounded), latencyMs: intervalOf(latencyMs, unbounded) };
}

/** In the order of names. */
function sharesOf(counts: Readonly<Record<string, number>>): Record<string, number> {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return Object.fromEntries(
    Object.entries(counts)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => [name, count / total]),
  );
}

function eventOf(serving: Serving): Learned['events'][number] {
  const { generation, atMs, reason } = serving;
  return { at: new Date(atMs).toISOString(), kind: servingCause(serving), generation, why: reason };
}
