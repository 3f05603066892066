/** Who a request comes from: checks its key, its scope, and how often it comes. */
import type { Clock, KeyScope, Store, StoredKey } from '@ratchet/core';
import { ServiceError } from '../service-error.ts';
import { isSameSecret, isSecretOf, readKey } from './service-key.ts';

export interface KeyRing {
  /** Throws a `ServiceError`: 401 without a valid key, 403 without the scope, 429 when it comes too often. */
  admit(authorization: string | undefined, scope: KeyScope | 'any'): Promise<StoredKey>;
}

/** So long what the store said of a key is believed: a revoked key is refused within seconds, where the store answers. */
const believedMs = 5000;
const mostKeys = 10_000;

interface KnownKey {
  readonly key: StoredKey;
  /** That was found to be the key's: who sends it again need not be asked for its hash. */
  readonly secret: Buffer;
  readonly until: number;
}

export function keyRing(store: Store, clock: Clock): KeyRing {
  const known = new Map<string, KnownKey>();
  const buckets = new Map<string, { available: number; at: number }>();

  const find = (id: string, secret: string): StoredKey | undefined | Promise<StoredKey | undefined> => {
    const now = clock.now();
    const kept = known.get(id);
    if (kept === undefined || kept.until <= now) return askFor(id, secret, kept);
    return isSameSecret(secret, kept.secret) ? kept.key : undefined;
  };

  const askFor = async (id: string, secret: string, kept: KnownKey | undefined): Promise<StoredKey | undefined> => {
    const now = clock.now();
    const key = await ask(id, kept?.key);
    const serves = key?.revokedAtMs === null;
    const valid = isSecretOf(secret, key) && serves ? key : undefined;
    // Only who has the secret makes the ring remember anything.
    if (!serves) known.delete(id);
    else if (valid !== undefined) known.set(id, { key: valid, secret: Buffer.from(secret, 'latin1'), until: now + believedMs });
    if (known.size > mostKeys) known.delete(known.keys().next().value as string);
    return valid;
  };

  /** A store that does not answer shuts out nobody who was known before: what it said last holds. */
  const ask = async (id: string, last: StoredKey | undefined): Promise<StoredKey | undefined> => {
    try {
      return await store.key(id);
    } catch (error) {
      if (last === undefined) throw error;
      return last;
    }
  };

  /** A bucket that a minute fills (token bucket). */
  const limit = ({ id, requestsPerMinute }: StoredKey): void => {
    if (requestsPerMinute === null) return;
    const now = clock.now();
    const bucket = buckets.get(id) ?? { available: requestsPerMinute, at: now };
    bucket.available = Math.min(requestsPerMinute, bucket.available + (requestsPerMinute * (now - bucket.at)) / 60_000);
    bucket.at = now;
    buckets.set(id, bucket);
    if (bucket.available < 1) {
      throw new ServiceError(429, `the key may ask ${requestsPerMinute} times a minute`, {
        code: 'rate_limit_exceeded',
        retryAfterMs: ((1 - bucket.available) * 60_000) / requestsPerMinute,
      });
    }
    bucket.available -= 1;
  };

  return {
    admit: async (authorization, scope) => {
      const given = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1]?.trim();
      if (given === undefined) throw new ServiceError(401, 'a key is needed: Authorization: Bearer rk_...', { code: 'invalid_api_key' });
      const parts = readKey(given);
      const found = parts === undefined ? undefined : find(parts.id, parts.secret);
      const key = found instanceof Promise ? await found : found;
      if (key === undefined) throw new ServiceError(401, 'this key is not known here, or was revoked', { code: 'invalid_api_key' });
      if (scope !== 'any' && !key.scopes.includes(scope)) throw new ServiceError(403, `this key has not the scope "${scope}"`, { code: 'insufficient_scope' });
      limit(key);
      return key;
    },
  };
}
