/** The models of a simulation: what they know and are is fixed; each execution opens them with a clock and luck of its own. */
import type { LanguageModel, Random } from '@ratchet/core';
import type { Price, PriceTable } from '../price.ts';
import { priceOf } from '../price-table.ts';
import { callReader } from './read-call.ts';
import type { SimulatedBank } from './simulated-bank.ts';
import { type SimulatedParts, simulatedModel } from './simulated-model.ts';
import type { Simulation } from './simulated-profile.ts';
import { answerWriter } from './written-answer.ts';

export interface SimulatedModels {
  readonly ids: readonly string[];
  /** Throws a `RangeError` for a model that is not among `ids`. */
  price(id: string): Price;
  /** A fresh model, which has had no calls. Throws a `RangeError` for a model that is not among `ids`. */
  open(id: string, parts: Pick<SimulatedParts, 'clock' | 'luck' | 'attemptOf'>): LanguageModel;
  /** Tokens that a call with these messages is charged for. */
  inputTokens(messages: Parameters<SimulatedParts['read']>[0]): number;
}

/** Throws an `UnknownPriceError` where a model's price is not in the table. */
export function simulatedModels(
  { models, world }: Simulation,
  { bank, nature, prices }: { readonly bank: SimulatedBank; readonly nature: Random; readonly prices: PriceTable },
): SimulatedModels {
  const read = callReader();
  const write = answerWriter();
  const known = new Map(models.map((profile) => [profile.id, { profile, price: priceOf(profile.pricedAs, prices) }]));
  const find = (id: string) => {
    const found = known.get(id);
    if (found === undefined) throw new RangeError(`there is no simulated model "${id}"`);
    return found;
  };
  return {
    ids: [...known.keys()],
    price: (id) => find(id).price,
    open: (id, parts) => {
      const { profile, price } = find(id);
      return simulatedModel(profile, { ...parts, bank, read, write, world, price, nature });
    },
    inputTokens: (messages) => read(messages).inputTokens,
  };
}
