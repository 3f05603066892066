/** What the live models of a scenario cost: by the catalogue that they were chosen from, and by that catalogue as it is later. */
import { ConfigError, problemAt, type Scenario } from '@ratchet/harness';
import { type Catalogue, type LiveChoice, listPrices, type Price, type PriceReading, priceOf, type Simulation } from '@ratchet/providers';
import type { LoadedCatalogue } from './load-catalogue.ts';

export interface NamedChoice extends LiveChoice {
  /** In the scenario. */
  readonly name: string;
}

export interface LivePrices {
  /** By ids of the catalogue: of the models in use, and of those that answer in their place. */
  readonly first: PriceReading;
  /** As the catalogue's file says now. Throws a `ConfigError` for one that cannot be used, or lacks what the first one had. */
  read(): PriceReading;
}

export function livePrices(chosen: readonly NamedChoice[], scenario: Scenario, loaded: LoadedCatalogue): LivePrices {
  // Which model answers in the place of another is not read again.
  const ids = [...new Set(chosen.flatMap(({ modelId }) => withFallbacks(modelId, loaded.catalogue)))];
  const reading = (catalogue: Catalogue): PriceReading => {
    const listed = ids.map((id) => [id, catalogue.models[id]?.price] as const);
    const own = chosen.map((one) => [one.modelId, priceOfChoice(one, scenario, catalogue)] as const);
    return { prices: Object.fromEntries([...listed, ...own].flatMap(([id, price]) => (price === undefined ? [] : [[id, price]]))), rest: restOf(catalogue) };
  };
  const first = reading(loaded.catalogue);
  return {
    first,
    read: () => {
      const { catalogue, named } = loaded.read();
      // A server that goes on listing it says nothing of what it costs.
      const gone = ids.filter((id) => loaded.named.includes(id) && !named.includes(id));
      const next = reading(catalogue);
      const unpriced = Object.keys(first.prices).filter((id) => !gone.includes(id) && next.prices[id] === undefined);
      const faults = [
        ...gone.map((id) => problemAt(loaded.path, ['models'], `the model "${id}", which is in use, is missing. Put it back, or start the service again`)),
        ...unpriced.map((id) =>
          problemAt(loaded.path, ['models', id], `the model "${id}", which is in use, has no price any more. Give it one, or start the service again`),
        ),
      ];
      if (faults.length > 0) throw new ConfigError(faults);
      return next;
    },
  };
}

/** A server of the user's that serves the scenario's own names (as mock-llm does) costs what the scenario says. */
export function priceOfChoice({ name, modelId }: NamedChoice, { file }: Scenario, catalogue: Catalogue): Price | undefined {
  const entry = catalogue.models[modelId];
  const own = file.prices[modelId] ?? entry?.price;
  if (own !== undefined || entry?.apiName !== name) return own;
  const meant = (file.simulation as Simulation | undefined)?.models.find(({ id }) => id === name)?.pricedAs;
  return meant === undefined ? undefined : priceOf(meant, { ...listPrices, ...file.prices });
}

/** The model, what answers where it cannot, and so on. */
function withFallbacks(id: string, { models }: Catalogue): readonly string[] {
  const chain: string[] = [];
  for (let next: string | undefined = id; next !== undefined && !chain.includes(next); next = models[next]?.fallback) chain.push(next);
  return chain;
}

function restOf({ models, ...catalogue }: Catalogue): string {
  return JSON.stringify({ ...catalogue, models: Object.fromEntries(Object.entries(models).map(([id, { price: _price, ...model }]) => [id, model])) });
}
