/** Who a request comes from: checks its key, its scope, and how often it comes. */
import type { Clock, KeyScope, Store, StoredKey } from '@ratchet/core';
import { ServiceError } from '../service-error.ts';
import { isSecretOf, readKey } from './service-key.ts';

export interface KeyRing {
  /** Throws a `ServiceError`: 401 without a valid key, 403 without the scope, 429 when it comes too often. */
  admit(authorization: string | undefined, scope: KeyScope | 'any'): Promise<StoredKey>;
}

/** So long what the store said of a key is believed: a revoked key is refused within seconds. */
const believedMs = 5000;
const mostKeys = 10_000;

export function keyRing(store: Store, clock: Clock): KeyRing {
  const known = new Map<string, { readonly key: StoredKey; readonly until: number }>();
  const buckets = new Map<string, { available: number; at: number }>();

  const find = async (id: string, secret: string): Promise<StoredKey | undefined> => {
    const now = clock.now();
    const kept = known.get(id);
    const key = kept !== undefined && kept.until > now ? kept.key : await store.key(id);
    const valid = isSecretOf(secret, key) && key?.revokedAtMs === null ? key : undefined;
    if (valid !== undefined && key !== kept?.key) {
      known.set(id, { key: valid, until: now + believedMs });
      if (known.size > mostKeys) known.delete(known.keys().next().value as string);
    }
    return valid;
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
      const key = parts === undefined ? undefined : await find(parts.id, parts.secret);
      if (key === undefined) throw new ServiceError(401, 'this key is not known here, or was revoked', { code: 'invalid_api_key' });
      if (scope !== 'any' && !key.scopes.includes(scope)) throw new ServiceError(403, `this key has not the scope "${scope}"`, { code: 'insufficient_scope' });
      limit(key);
      return key;
    },
  };
}
