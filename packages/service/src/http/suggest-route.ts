/** `POST /api/suggest`: the arm that would answer a request, those beside it, and why. */
import { modelsOf } from '@ratchet/core';
import { type ArmExplanation, decisionReason, type Objective } from '@ratchet/learning';
import { z } from 'zod';
import { type Interval, intervalSchema } from '../interval.ts';
import type { AnswerService } from '../serving/answer-service.ts';
import type { ExplainedSuggestion } from '../serving/decider.ts';
import { armWords } from './arm-words.ts';
import { requireAdmin } from './require-admin.ts';
import { type Route, route } from './route.ts';

export interface SuggestRouteParts {
  readonly service: AnswerService;
  readonly objective: Objective;
  readonly newId: () => string;
}

const candidateSchema = z.object({
  arm: z.string(),
  strategy: z.string(),
  models: z.array(z.string()),
  probability: z.number().describe('With which a request as this is answered by it now, with what explores; of a named generation without'),
  prediction: z
    .object({
      quality: intervalSchema.describe('Of the expected quality'),
      costUsd: intervalSchema.describe('Holds 95% of single answers; null where too little is known'),
      latencyMs: intervalSchema.describe('Holds 95% of single answers; null where too little is known'),
    })
    .nullable(),
  meets: z
    .boolean()
    .nullable()
    .describe('Whether its expected quality reaches the floor, or its expected cost keeps to the budget; null where there is neither'),
});

export const suggestionSchema = z.object({
  strategy: z.string(),
  arm: z.string(),
  models: z.array(z.string()),
  generation: z.int(),
  complexity: z.number(),
  chunks: z.int(),
  prediction: z.object({ quality: z.number(), costUsd: z.number().nullable(), latencyMs: z.number().nullable() }).nullable(),
  candidates: z.array(candidateSchema).max(30).describe('The chosen one, then the most probable, then those with the best predicted quality'),
  reason: z.string(),
  analysis: z.object({
    complexity: z.number(),
    chunks: z.array(z.object({ index: z.int(), text: z.string(), operations: z.array(z.string()) })),
    edges: z.array(z.object({ from: z.int(), to: z.int(), reason: z.string() })),
  }),
});
export type SuggestionAnswer = z.infer<typeof suggestionSchema>;
export type SuggestedCandidate = z.infer<typeof candidateSchema>;

const suggestRequestSchema = z.strictObject({
  request: z.string().min(1).max(1_000_000),
  session: z.string().max(512).optional(),
  generation: z.int().min(0).optional().describe('In the place of what serves; needs the scope `admin` too'),
});

const mostCandidates = 30;

export function suggestRoute({ service, objective, newId }: SuggestRouteParts): Route {
  return route<z.infer<typeof suggestRequestSchema>>({
    method: 'post',
    path: '/api/suggest',
    scope: 'infer',
    summary: 'Which strategy and model would answer a request, what that is expected to come to, and why; executes nothing',
    body: suggestRequestSchema,
    answer: suggestionSchema,
    handle: async ({ body: { request, generation }, key }) => {
      if (generation !== undefined) requireAdmin(key, 'to name a generation');
      const explained = await service.explain({ id: newId(), text: request, model: 'auto', ...(generation === undefined ? {} : { generation }) });
      return suggestionOf(explained, objective);
    },
  });
}

function suggestionOf({ suggestion, probabilities, explanation }: ExplainedSuggestion, objective: Objective): SuggestionAnswer {
  const { arm, armId, generation, analysis, prediction } = suggestion;
  const complexity = analysis.complexity.score;
  return {
    strategy: arm.strategy,
    arm: armId,
    models: [...modelsOf(arm)],
    generation,
    complexity,
    chunks: analysis.chunks.length,
    prediction,
    candidates: candidatesOf(armId, { probabilities, explanation, objective }),
    reason: sentence(decisionReason(explanation, { objective })),
    analysis: {
      complexity,
      chunks: analysis.chunks.map(({ index, text }) => ({
        index,
        text,
        operations: analysis.operations.filter(({ chunk }) => chunk === index).map(operationText),
      })),
      edges: analysis.edges.map(({ from, to, reason }) => ({ from, to, reason })),
    },
  };
}

interface CandidateGround extends Pick<ExplainedSuggestion, 'probabilities' | 'explanation'> {
  readonly objective: Objective;
}

function candidatesOf(chosen: string, { probabilities, explanation: { learned }, objective }: CandidateGround): SuggestedCandidate[] {
  const likely = new Map(probabilities.map(({ armId, propensity }) => [armId, propensity]));
  const known = new Map((learned?.arms ?? []).map((one) => [one.armId, one]));
  const ids = [...new Set([chosen, ...likely.keys(), ...known.keys()])];
  const probability = (id: string): number => likely.get(id) ?? 0;
  const quality = (id: string): number => known.get(id)?.quality.expected ?? -1;
  return ids
    .sort((a, b) => Number(b === chosen) - Number(a === chosen) || probability(b) - probability(a) || quality(b) - quality(a) || (a < b ? -1 : 1))
    .slice(0, mostCandidates)
    .map((id) => {
      const own = known.get(id);
      return {
        ...armWords(id),
        probability: probability(id),
        prediction:
          own === undefined ? null : { quality: expectedInterval(own.quality), costUsd: answerInterval(own.costUsd), latencyMs: answerInterval(own.latencyMs) },
        meets: own === undefined || learned === null ? null : meets(own, { objective, floor: learned.tradeOff.floor }),
      };
    });
}

function expectedInterval({ expected, sd }: ArmExplanation['quality']): Interval {
  return { mean: expected, low: Math.max(0, expected - 1.96 * sd), high: Math.min(1, expected + 1.96 * sd) };
}

/** null where too few outcomes are known, or nothing bounds it from above. */
function answerInterval(prediction: ArmExplanation['costUsd']): Interval {
  if (prediction === null || prediction.interval.kind !== 'interval') return null;
  const { expected: mean, interval } = prediction;
  // Where predictions are too high or too low as a rule, what single answers come to lies beside the mean that is predicted.
  return { mean, low: Math.min(mean, interval.low), high: Math.max(mean, interval.high) };
}

/** Floors and budgets hold for the mean of requests: an arm that misses one on this request may still be chosen. */
function meets(
  { quality, costUsd, inTime }: ArmExplanation,
  { objective, floor }: { readonly objective: Objective; readonly floor: number | null },
): boolean | null {
  switch (objective.kind) {
    case 'constrained':
      return floor === null ? null : quality.expected >= floor && inTime !== false;
    case 'budget':
      return costUsd === null ? null : costUsd.expected <= objective.usdPerRequest;
    case 'weighted':
      return null;
    default:
      return objective satisfies never;
  }
}

function operationText({ verb, object }: { readonly verb: string; readonly object: string }): string {
  return [verb, object].filter((word) => word !== '').join(' ');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
