/** What a model's tokens cost, with the date and source of the price. */
import type { TokenUsage } from '@ratchet/core';
import { z } from 'zod';

const usdPerMTok = z.number().min(0);

export const priceSchema = z.strictObject({
  inputUsdPerMTok: usdPerMTok,
  outputUsdPerMTok: usdPerMTok,
  cachedInputUsdPerMTok: usdPerMTok.optional().describe("Of input that comes from the provider's cache; by default that of other input"),
  cacheWriteUsdPerMTok: usdPerMTok.optional().describe("Of input that is written to the provider's cache; by default that of other input"),
  asOf: z.iso.date().describe('The day on which the price held'),
  source: z.string().min(1),
});
export type Price = z.infer<typeof priceSchema>;

export const priceTableSchema = z.record(z.string().min(1), priceSchema);
export type PriceTable = z.infer<typeof priceTableSchema>;

/** US dollars. Reasoning is paid for as output; cached input, and input that is written to the cache, at prices of their own. */
export function costUsd(usage: TokenUsage, price: Price): number {
  const { cachedInputTokens = 0, cacheWriteTokens = 0 } = usage;
  const { inputUsdPerMTok, cachedInputUsdPerMTok = inputUsdPerMTok, cacheWriteUsdPerMTok = inputUsdPerMTok } = price;
  const plain = (usage.inputTokens - cachedInputTokens - cacheWriteTokens) * inputUsdPerMTok;
  const cached = cachedInputTokens * cachedInputUsdPerMTok + cacheWriteTokens * cacheWriteUsdPerMTok;
  return (plain + cached + usage.outputTokens * price.outputUsdPerMTok) / 1e6;
}
