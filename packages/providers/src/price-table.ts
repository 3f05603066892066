/** What models cost, with the date and source of each price; a user's own prices take precedence. */
import { RatchetError, type TokenUsage } from '@ratchet/core';
import { z } from 'zod';

export const priceSchema = z.strictObject({
  inputUsdPerMTok: z.number().min(0),
  outputUsdPerMTok: z.number().min(0),
  asOf: z.iso.date().describe('The day on which the price held'),
  source: z.string().min(1),
});
export type Price = z.infer<typeof priceSchema>;

export const priceTableSchema = z.record(z.string().min(1), priceSchema);
export type PriceTable = z.infer<typeof priceTableSchema>;

const openai = 'OpenAI API pricing page';
const anthropic = 'Anthropic API pricing page';
const google = 'Google Gemini API pricing page';

/** List prices of the models that the original plan names, and of their kin. */
export const listPrices: PriceTable = {
  'gpt-4o-mini-2024-07-18': { inputUsdPerMTok: 0.15, outputUsdPerMTok: 0.6, asOf: '2025-07-12', source: openai },
  'gpt-4o-2024-08-06': { inputUsdPerMTok: 2.5, outputUsdPerMTok: 10, asOf: '2025-07-12', source: openai },
  'gpt-4-0613': { inputUsdPerMTok: 30, outputUsdPerMTok: 60, asOf: '2025-07-12', source: openai },
  'gpt-4-turbo-2024-04-09': { inputUsdPerMTok: 10, outputUsdPerMTok: 30, asOf: '2025-07-12', source: openai },
  'claude-3-opus-20240229': { inputUsdPerMTok: 15, outputUsdPerMTok: 75, asOf: '2025-07-12', source: anthropic },
  'claude-3-sonnet-20240229': { inputUsdPerMTok: 3, outputUsdPerMTok: 15, asOf: '2025-07-12', source: anthropic },
  'claude-3-haiku-20240307': { inputUsdPerMTok: 0.25, outputUsdPerMTok: 1.25, asOf: '2025-07-12', source: anthropic },
  'gemini-1.5-flash-001': { inputUsdPerMTok: 0.075, outputUsdPerMTok: 0.3, asOf: '2025-07-12', source: google },
  'llama-3.1-70b-instruct': { inputUsdPerMTok: 0.88, outputUsdPerMTok: 0.88, asOf: '2025-07-12', source: 'Together AI pricing page' },
  'gemini-1.5-pro-001': { inputUsdPerMTok: 1.25, outputUsdPerMTok: 5, asOf: '2025-07-12', source: google },
};

export class UnknownPriceError extends RatchetError {
  readonly kind = 'unknown-price';
}

/** Throws an `UnknownPriceError` that names the models whose price is known. */
export function priceOf(model: string, prices: PriceTable = listPrices): Price {
  const price = Object.hasOwn(prices, model) ? prices[model] : undefined;
  if (price === undefined) {
    throw new UnknownPriceError(
      `no price for the model "${model}". Give one in the scenario's \`prices\`; known are: ${Object.keys(prices).sort().join(', ')}`,
    );
  }
  return price;
}

export function costUsd(usage: TokenUsage, price: Price): number {
  return (usage.inputTokens * price.inputUsdPerMTok + usage.outputTokens * price.outputUsdPerMTok) / 1e6;
}
