/** The world that a command's words ask for: the scenario's own, live models, or a cassette of them. */
import type { Scenario, World } from '@ratchet/harness';
import type { SharedLimits } from '@ratchet/providers';
import { composeWorld, type ProviderName } from './compose.ts';
import { cassetteWorld, composeLiveWorld, type LiveWords, type LiveWorld } from './compose-live.ts';
import { fromHere } from './project-folders.ts';
import { UsageError } from './usage-error.ts';

export interface ProviderWords extends LiveWords {
  /** By default what the scenario has. */
  readonly provider?: ProviderName;
  /** To replay, with the provider `recorded`. */
  readonly cassette?: string;
}

export interface ChosenWorld {
  readonly world: World;
  /** What the answers come from where they do not follow from the scenario alone. */
  readonly answersFrom?: string;
  /** Its account has to be opened before anything is executed, and it to be closed at the end. */
  readonly live?: LiveWorld;
}

/** `shared`: limits that other processes keep too. Throws a `UsageError` for flags that do not go together, and what the compositions throw. */
export async function chooseWorld(scenario: Scenario, words: ProviderWords, shared?: SharedLimits): Promise<ChosenWorld> {
  requireFitting(words);
  const { provider, cassette } = words;
  if (provider === 'live') {
    const live = await composeLiveWorld(scenario, words, shared);
    return { world: live.world, answersFrom: live.answersFrom, live };
  }
  return cassette === undefined ? { world: composeWorld(scenario, provider) } : cassetteWorld(scenario, fromHere(cassette));
}

export function requireFitting({ provider, record, cache, cassette }: ProviderWords): void {
  if (provider !== 'live' && (record !== undefined || cache !== undefined)) throw new UsageError('--record and --cache are for --provider live');
  if (provider !== 'recorded' && cassette !== undefined) throw new UsageError('--cassette is for --provider recorded');
}
