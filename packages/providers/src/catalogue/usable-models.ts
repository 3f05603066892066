/** Which models of a catalogue can be called now, with the keys and servers that there are. */
import type { Catalogue, ModelEntry, ProviderEntry } from './catalogue-schema.ts';

/** The environment, or what stands for it. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type Availability =
  | { readonly kind: 'usable' }
  /** `variable`: that which should hold the key. */
  | { readonly kind: 'no-key'; readonly variable: string }
  | { readonly kind: 'retired' };

export function availabilityOf(model: ModelEntry, provider: ProviderEntry, environment: Environment): Availability {
  if (model.retired) return { kind: 'retired' };
  if (provider.key !== null && keyOf(provider, environment) === undefined) return { kind: 'no-key', variable: provider.key };
  return { kind: 'usable' };
}

/** undefined where none is needed, or there is none. */
export function keyOf({ key }: ProviderEntry, environment: Environment): string | undefined {
  const value = key === null ? undefined : environment[key]?.trim();
  return value === '' ? undefined : value;
}

export function baseUrlOf({ baseUrl, baseUrlFrom }: ProviderEntry, environment: Environment): string {
  const own = baseUrlFrom === undefined ? undefined : environment[baseUrlFrom]?.trim();
  return (own === undefined || own === '' ? baseUrl : own).replace(/\/+$/, '');
}

/** What serves a model that a scenario's arms name. */
export interface LiveChoice {
  /** As the arms name it. */
  readonly name: string;
  /** Of the catalogue. */
  readonly modelId: string;
  /** Why it is another than is meant; absent where it is the one. */
  readonly standsInFor?: string;
}

/**
 * The model of `use`, else the one of that name, else the one that the name stands for (`meant`), else the first of its
 * stand-ins that can be called. undefined where none can.
 */
export function chooseLiveModel(name: string, meant: string | undefined, catalogue: Catalogue, environment: Environment): LiveChoice | undefined {
  const { models, providers, use } = catalogue;
  const chosen = use[name] ?? use['*'];
  if (chosen !== undefined) return { name, modelId: chosen };
  const usable = (id: string): boolean => {
    const model = Object.hasOwn(models, id) ? models[id] : undefined;
    const provider = model === undefined ? undefined : providers[model.provider];
    return model !== undefined && provider !== undefined && availabilityOf(model, provider, environment).kind === 'usable';
  };
  const wanted = [name, ...(meant === undefined ? [] : [meant])];
  const direct = wanted.find(usable);
  if (direct !== undefined) return { name, modelId: direct };
  const original = wanted.find((id) => Object.hasOwn(models, id));
  const standIn = original === undefined ? undefined : models[original]?.standIns.find(usable);
  return standIn === undefined ? undefined : { name, modelId: standIn, standsInFor: original as string };
}
