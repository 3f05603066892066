/** `keys create|list|revoke`: who may ask a service. */
import { randomBytes } from 'node:crypto';
import type { KeyScope } from '@ratchet/core';
import { keyText, newKeyParts, storedKeyOf } from '@ratchet/service';
import { openStore } from '../compose-service.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Output } from '../terminal/output.ts';
import { UsageError } from '../usage-error.ts';
import { wallClock } from '../wall-clock.ts';
import { loadNamedScenario } from './inspect-experiments.ts';
import { scenarioPathOf } from './train.ts';

export interface KeyPlace {
  readonly scenario: string;
  /** A file in the place of the usual one. */
  readonly store?: string;
  readonly json: boolean;
}

export interface NewKeyWords extends KeyPlace {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly tenant: string;
  /** That nothing is learned from what it asks. */
  readonly private: boolean;
  readonly requestsPerMinute?: number;
  readonly budgetUsd?: number;
}

const scopeNames: readonly KeyScope[] = ['infer', 'feedback', 'admin'];

export async function createKeyCommand(words: NewKeyWords, output: Output): Promise<number> {
  const wrong = words.scopes.find((scope) => !scopeNames.includes(scope as KeyScope));
  if (wrong !== undefined || words.scopes.length === 0) throw new UsageError(`--scope takes some of ${scopeNames.join(', ')}, with commas between them`);
  const store = await open(words);
  const parts = newKeyParts(randomBytes);
  const { name, tenant, requestsPerMinute, budgetUsd } = words;
  const wishes = {
    name,
    tenant,
    scopes: words.scopes as readonly KeyScope[],
    shares: !words.private,
    requestsPerMinute: requestsPerMinute ?? null,
    budgetUsd: budgetUsd ?? null,
  };
  await store.addKey(storedKeyOf(parts, wishes, wallClock().getTime()));
  await store.audit({ atMs: wallClock().getTime(), keyId: '-', action: 'key created', detail: `${parts.id} (${name}): ${words.scopes.join(', ')}` });
  await store.close();
  output.result(words.json ? JSON.stringify({ id: parts.id, key: keyText(parts) }) : keyText(parts));
  output.note('It is shown this once; only a hash of it is kept.');
  return exitCodes.ok;
}

export async function listKeysCommand(words: KeyPlace, output: Output): Promise<number> {
  const store = await open(words);
  const keys = await Promise.all((await store.keys()).map(async ({ secretHash: _hash, ...key }) => ({ ...key, spentUsd: await store.spentUsd(key.id) })));
  await store.close();
  if (words.json) output.result(JSON.stringify(keys, null, 2));
  else for (const key of keys) output.result(lineOf(key));
  if (keys.length === 0) output.note('There are no keys yet: `pnpm ratchet keys create`, or the first start of `pnpm ratchet serve`, makes one.');
  return exitCodes.ok;
}

export async function revokeKeyCommand(words: KeyPlace & { readonly id: string }, output: Output): Promise<number> {
  const store = await open(words);
  const revoked = await store.revokeKey(words.id, wallClock().getTime());
  if (revoked) await store.audit({ atMs: wallClock().getTime(), keyId: '-', action: 'key revoked', detail: words.id });
  await store.close();
  if (!revoked) throw new UsageError(`there is no key "${words.id}" that could be revoked. \`pnpm ratchet keys list\` shows them`);
  output.note('Revoked; a service that runs refuses it within seconds.');
  return exitCodes.ok;
}

function open({ scenario, store }: KeyPlace) {
  return openStore(loadNamedScenario(scenarioPathOf(scenario), undefined), store);
}

interface ShownKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly tenant: string;
  readonly budgetUsd: number | null;
  readonly revokedAtMs: number | null;
  readonly spentUsd: number;
}

function lineOf({ id, name, scopes, tenant, budgetUsd, revokedAtMs, spentUsd }: ShownKey): string {
  const money = `$${spentUsd.toFixed(4)} spent${budgetUsd === null ? '' : ` of $${budgetUsd}`}`;
  return `${id}  ${name}  ${tenant}  ${scopes.join(',')}  ${money}${revokedAtMs === null ? '' : '  revoked'}`;
}
