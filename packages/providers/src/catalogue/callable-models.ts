/** Which models can be called now, and which of them answers for a model that a scenario names. */
import type { Catalogue, ModelEntry } from './catalogue-schema.ts';
import { type Environment, isOwnServer, keyOf } from './environment.ts';
import type { Served } from './served-models.ts';

export type Availability =
  | { readonly kind: 'usable' }
  /** `variable`: that which should hold the key. */
  | { readonly kind: 'no-key'; readonly variable: string }
  /** By the server, as it says, or as far as it could be asked. */
  | { readonly kind: 'not-served'; readonly why: string }
  | { readonly kind: 'retired' };

/** What is known of the ways to models. */
export interface ModelGround {
  readonly catalogue: Catalogue;
  readonly environment: Environment;
  readonly served: Served;
}

/** With an entry for each model of the user's servers that has none: named as it is there, after its provider where the name is taken. */
export function withServedModels(catalogue: Catalogue, served: Served): Catalogue {
  const models: Record<string, ModelEntry> = { ...catalogue.models };
  for (const [provider, list] of Object.entries(served)) {
    if (list.kind === 'unknown') continue;
    for (const name of list.names) {
      if (Object.entries(models).some(([id, entry]) => entry.provider === provider && nameOf(id, entry) === name)) continue;
      models[Object.hasOwn(models, name) ? `${provider}/${name}` : name] = { provider, apiName: name, ignores: [], retired: false, standIns: [] };
    }
  }
  return { ...catalogue, models };
}

/** What the provider calls it. */
export function nameOf(id: string, { apiName }: ModelEntry): string {
  return apiName ?? id;
}

export function availabilityOf(id: string, { catalogue, environment, served }: ModelGround): Availability {
  const model = catalogue.models[id] as ModelEntry;
  const provider = catalogue.providers[model.provider];
  if (model.retired) return { kind: 'retired' };
  if (provider === undefined) return { kind: 'not-served', why: `there is no provider "${model.provider}"` };
  if (isOwnServer(provider, environment)) {
    const list = served[model.provider];
    if (list?.kind === 'listed' && !list.names.includes(nameOf(id, model)))
      return { kind: 'not-served', why: `the server of "${model.provider}" does not list it` };
    if (list?.kind === 'unknown') return { kind: 'not-served', why: list.why };
    return { kind: 'usable' };
  }
  if (provider.key !== null && keyOf(provider, environment) === undefined) return { kind: 'no-key', variable: provider.key };
  return { kind: 'usable' };
}

/** What answers for a model that a scenario's arms name. */
export interface LiveChoice {
  /** Of the catalogue. */
  readonly modelId: string;
  /** `named`: it is what the name means. `stand-in`: it takes the place of a model that cannot be called. */
  readonly kind: 'named' | 'chosen' | 'stand-in';
}

/**
 * The model that `use` says; else one of the user's servers under that very name; else the one that the scenario means by
 * it (`meant`); else the first of that one's stand-ins that can be called; else the only one that the user's servers have.
 * undefined where none of these can be called.
 */
export function chooseLiveModel(name: string, meant: string | undefined, ground: ModelGround): LiveChoice | undefined {
  const { catalogue, environment } = ground;
  const { models, providers, use } = catalogue;
  const chosen = use[name] ?? use['*'];
  if (chosen !== undefined) return { modelId: chosen, kind: 'chosen' };
  const usable = (id: string): boolean => Object.hasOwn(models, id) && availabilityOf(id, ground).kind === 'usable';
  const own = Object.entries(models).filter(([id, { provider }]) => {
    const entry = providers[provider];
    return entry !== undefined && isOwnServer(entry, environment) && usable(id);
  });
  const namesakes = own.filter(([id, entry]) => nameOf(id, entry) === name);
  const home = meant === undefined ? undefined : models[meant]?.provider;
  const namesake = namesakes.find(([, { provider }]) => provider === home) ?? namesakes[0];
  if (namesake !== undefined) return { modelId: namesake[0], kind: 'named' };
  const wanted = [name, ...(meant === undefined ? [] : [meant])].filter((id) => Object.hasOwn(models, id));
  const direct = wanted.find(usable);
  if (direct !== undefined) return { modelId: direct, kind: 'named' };
  const standIn = wanted.flatMap((id) => models[id]?.standIns ?? []).find(usable) ?? (own.length === 1 ? own[0]?.[0] : undefined);
  return standIn === undefined ? undefined : { modelId: standIn, kind: 'stand-in' };
}
