/** Prices of models by name: those of the catalogue, before which a user's own take precedence. */
import { RatchetError } from '@ratchet/core';
import { catalogueFile } from './catalogue/catalogue-file.ts';
import type { Price, PriceTable } from './price.ts';

/** Of the models of the shipped catalogue that have one. */
export const listPrices: PriceTable = Object.fromEntries(
  Object.entries(catalogueFile.models).flatMap(([id, { price }]) => (price === undefined ? [] : [[id, price]])),
);

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
