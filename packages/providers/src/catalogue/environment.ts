/** Keys and addresses of providers, from the environment or what stands for it. */
import type { ProviderEntry } from './catalogue-schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** undefined where there is none. */
export function keyOf({ key }: ProviderEntry, environment: Environment): string | undefined {
  return key === null ? undefined : variableOf(key, environment);
}

/** Without a slash at its end. */
export function baseUrlOf(provider: ProviderEntry, environment: Environment): string {
  return (replacedUrl(provider, environment) ?? provider.baseUrl).replace(/\/+$/, '');
}

/** A server of the user's: it needs no key, or its address was given in the environment. It is asked what it serves. */
export function isOwnServer(provider: ProviderEntry, environment: Environment): boolean {
  return provider.key === null || replacedUrl(provider, environment) !== undefined;
}

function replacedUrl({ baseUrlFrom }: ProviderEntry, environment: Environment): string | undefined {
  return baseUrlFrom === undefined ? undefined : variableOf(baseUrlFrom, environment);
}

function variableOf(variable: string, environment: Environment): string | undefined {
  const value = environment[variable]?.trim();
  return value === '' ? undefined : value;
}
