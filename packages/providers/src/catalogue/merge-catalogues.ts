/** Puts a user's catalogue over the shipped one, entry by entry, and checks what its entries say of each other. */
import type { Catalogue } from './catalogue-schema.ts';

/** An entry of `own` takes the place of the whole entry of that name. */
export function mergeCatalogues(shipped: Catalogue, own: Catalogue): Catalogue {
  return {
    providers: { ...shipped.providers, ...own.providers },
    models: { ...shipped.models, ...own.models },
    use: { ...shipped.use, ...own.use },
  };
}

/** What is wrong with it: where (keys from the root), and what. */
export interface CatalogueFault {
  readonly at: readonly string[];
  readonly message: string;
}

/** Names that lead nowhere. */
export function catalogueFaults({ providers, models, use }: Catalogue): readonly CatalogueFault[] {
  const model = (at: readonly string[], id: string): readonly CatalogueFault[] =>
    Object.hasOwn(models, id) ? [] : [{ at, message: `there is no model "${id}" in the catalogue` }];
  return [
    ...Object.entries(models).flatMap(([id, { provider, fallback, standIns }]) => [
      ...(Object.hasOwn(providers, provider) ? [] : [{ at: ['models', id, 'provider'], message: `there is no provider "${provider}" in the catalogue` }]),
      ...(fallback === undefined ? [] : model(['models', id, 'fallback'], fallback)),
      ...(fallback === id ? [{ at: ['models', id, 'fallback'], message: `"${id}" cannot be its own fallback` }] : []),
      ...standIns.flatMap((other) => model(['models', id, 'standIns'], other)),
    ]),
    ...Object.entries(use).flatMap(([name, id]) => model(['use', name], id)),
  ];
}
