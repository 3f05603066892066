/** Asks servers of the user's which models they serve. */
import type { Clock } from '@ratchet/core';
import { z } from 'zod';
import { luckHeaderName, luckTaken } from '../mock-server/luck-header.ts';
import type { Catalogue, ProviderEntry } from './catalogue-schema.ts';
import { baseUrlOf, type Environment, isOwnServer, keyOf } from './environment.ts';

/** By provider: the names, or why there is no list. */
export type Served = Readonly<Record<string, ServedList | { readonly kind: 'unknown'; readonly why: string }>>;

export interface ServedList {
  readonly kind: 'listed';
  readonly names: readonly string[];
  /** The server simulates its models (`ratchet mock-llm`), and wants to be told how chance falls on a call. */
  readonly takesLuck: boolean;
}

/** The lists of OpenAI and Anthropic; that of Gemini has `models` with `models/` before each name. */
const listSchema = z.object({
  data: z.array(z.object({ id: z.string().min(1) })).optional(),
  models: z.array(z.object({ name: z.string().min(1) })).optional(),
});

const patienceMs = 3000;

/** Never throws: a server that gives no list is `unknown`. Hosted providers are not asked. */
export async function servedModels({ providers }: Catalogue, environment: Environment, clock: Clock): Promise<Served> {
  const own = Object.entries(providers).filter(([, provider]) => isOwnServer(provider, environment));
  return Object.fromEntries(await Promise.all(own.map(async ([name, provider]) => [name, await askServer(provider, environment, clock)] as const)));
}

async function askServer(provider: ProviderEntry, environment: Environment, clock: Clock): Promise<Served[string]> {
  const baseUrl = baseUrlOf(provider, environment);
  const url = `${baseUrl}${{ openai: '/models', anthropic: '/v1/models', gemini: '/v1beta/models' }[provider.api]}`;
  const key = keyOf(provider, environment);
  const late = new AbortController();
  const over = new AbortController();
  clock.sleep(patienceMs, over.signal).then(
    () => late.abort(new Error(`no answer within ${patienceMs} ms`)),
    () => undefined,
  );
  try {
    const response = await fetch(url, { headers: key === undefined ? {} : keyHeaders(provider, key), signal: late.signal, redirect: 'error' });
    if (!response.ok) return { kind: 'unknown', why: `${url} answered ${response.status}` };
    const { data, models } = listSchema.parse(await response.json());
    const names = data?.map(({ id }) => id) ?? models?.map(({ name }) => name.replace(/^models\//, ''));
    return names === undefined
      ? { kind: 'unknown', why: `${url} gave no list` }
      : { kind: 'listed', names, takesLuck: response.headers.get(luckHeaderName) === luckTaken };
  } catch (error) {
    const cause = (error as Error).cause;
    return {
      kind: 'unknown',
      why: `${url} gave no list: ${cause instanceof Error && cause.message !== '' ? cause.message : (error as Error).message.split('\n')[0]}`,
    };
  } finally {
    over.abort();
  }
}

function keyHeaders({ api }: ProviderEntry, key: string): Record<string, string> {
  switch (api) {
    case 'openai':
      return { authorization: `Bearer ${key}` };
    case 'anthropic':
      return { 'x-api-key': key, 'anthropic-version': '2023-06-01' };
    case 'gemini':
      return { 'x-goog-api-key': key };
    default:
      return api satisfies never;
  }
}
