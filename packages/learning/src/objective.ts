/** What is wanted of answers: the objective that policies learn under, and the one utility that compares them all. */
import { z } from 'zod';
import type { Outcome } from './outcome.ts';

const margin = z.number().min(0).max(1).default(0.02);

export const floorSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('baseline'), margin }).describe('What the baseline reaches on the mean of requests, less the margin'),
  z.strictObject({ kind: z.literal('best-arm'), margin }).describe('What the arm with the best mean quality reaches on the mean of requests, less the margin'),
  z.strictObject({ kind: z.literal('best'), margin }).describe('What the policy that looks at quality alone reaches on the mean of requests, less the margin'),
  z.strictObject({ kind: z.literal('number'), value: z.number().min(0).max(1) }),
]);

export const objectiveSchema = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('constrained'),
      floor: floorSchema.default({ kind: 'baseline', margin: 0.02 }),
      qualityValue: z
        .number()
        .min(0)
        .max(10)
        .default(0)
        .describe('What quality above the floor is worth: 0 buys just enough of it, 1 as much as the utility credits'),
      caution: z.number().min(0).max(5).default(0).describe('How many standard errors the estimated quality must be above the floor'),
      deadlineMs: z.number().positive().optional().describe('Limit of the 90th percentile of latency'),
    })
    .describe('Least cost and latency, at their prices, with expected quality not below the floor'),
  z.strictObject({ kind: z.literal('weighted') }).describe('Most expected utility'),
  z
    .strictObject({
      kind: z.literal('budget'),
      usdPerRequest: z.number().positive().describe('Most that a request may cost on the mean of requests, in US dollars'),
    })
    .describe('Most expected quality at a mean expected cost within the budget; latency has no price'),
]);
export type Objective = z.infer<typeof objectiveSchema>;

/** Prices in points of quality: a price of 0.1 for cost says that the baseline's cost is worth 0.1 of quality. */
export const utilityPricesSchema = z.strictObject({
  cost: z.number().min(0),
  latency: z.number().min(0),
  belowFloor: z.number().min(0).default(1).describe("Off the utility for each point by which a policy's mean quality is below the baseline's less the margin"),
  margin,
});
export type UtilityPrices = z.infer<typeof utilityPricesSchema>;

/** Means of the baseline on training tasks, which cost and latency are measured by. */
export interface UtilityScale {
  readonly quality: number;
  /** null where cost is not known. */
  readonly costUsd: number | null;
  readonly latencyMs: number | null;
}

/**
 * quality - price of cost x cost / baseline's cost - price of latency x latency / baseline's latency. What is not known
 * (no scale, no measurement) costs nothing. null where the quality is missing.
 */
export function outcomeUtility(outcome: Outcome, prices: UtilityPrices, scale: UtilityScale): number | null {
  return outcome.quality === null ? null : outcome.quality - executionPrice(outcome, prices, scale);
}

/** What an execution costs in points of quality. */
export function executionPrice(outcome: Pick<Outcome, 'costUsd' | 'latencyMs'>, prices: UtilityPrices, scale: UtilityScale): number {
  return relative(outcome.costUsd, scale.costUsd) * prices.cost + relative(outcome.latencyMs, scale.latencyMs) * prices.latency;
}

/** The same for many executions at once, written into `into`; null where a measure is not known. */
export function executionPrices(
  into: Float64Array,
  { costUsd, latencyMs }: { readonly costUsd: Float64Array | null; readonly latencyMs: Float64Array | null },
  { prices, scale }: { readonly prices: UtilityPrices; readonly scale: UtilityScale },
): void {
  const addRelative = (values: Float64Array | null, reference: number | null, price: number): void => {
    if (values === null || reference === null || reference <= 0) return;
    for (let index = 0; index < into.length; index++) into[index] = (into[index] as number) + ((values[index] as number) / reference) * price;
  };
  into.fill(0);
  addRelative(costUsd, scale.costUsd, prices.cost);
  addRelative(latencyMs, scale.latencyMs, prices.latency);
}

function relative(value: number | null, reference: number | null): number {
  return value === null || reference === null || reference <= 0 ? 0 : value / reference;
}

/** Taken off the mean utility of a whole policy. */
export function floorPenalty(meanQuality: number, prices: UtilityPrices, scale: UtilityScale): number {
  return prices.belowFloor * Math.max(0, scale.quality - prices.margin - meanQuality);
}
