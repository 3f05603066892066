import { type StoredKey, StoreError, virtualClock } from '@ratchet/core';
import { openSqliteStore } from '@ratchet/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storedKeyOf } from '../../src/create-service.ts';
import { keyRing } from '../../src/keys/key-ring.ts';
import { type KeyParts, keyText, newKeyParts } from '../../src/keys/service-key.ts';

describe('the ring of keys, when the store does not answer', () => {
  const clock = virtualClock();
  const store = openSqliteStore({ file: ':memory:', clock, windowMs: 0 });
  const wishes = { name: '', scopes: ['infer'], tenant: 'a', shares: true, requestsPerMinute: null, budgetUsd: null } as const;
  let down = false;
  const ring = keyRing(
    { ...store, key: async (id): Promise<StoredKey | undefined> => (down ? Promise.reject(new StoreError('unavailable', 'gone')) : store.key(id)) },
    clock,
  );
  let made = 0;
  const newKey = async (): Promise<KeyParts> => {
    const parts = newKeyParts((count) => new Uint8Array(count).fill(++made));
    await store.addKey(storedKeyOf(parts, wishes, 0));
    return parts;
  };
  const admitted = (parts: KeyParts) =>
    ring.admit(`Bearer ${keyText(parts)}`, 'infer').then(
      () => 'admitted',
      (error: { readonly status?: number; readonly kind?: string }) => error.status ?? error.kind,
    );
  beforeEach(() => {
    down = false;
  });
  afterEach(() => clock.sleep(60_000));

  it('goes on admitting a key that it knew, by what the store said last', async () => {
    const key = await newKey();
    expect(await admitted(key)).toBe('admitted');
    down = true;
    await clock.sleep(60_000);
    expect(await admitted(key)).toBe('admitted');
    expect(await admitted({ ...key, secret: `${key.secret.slice(1)}0` })).toBe(401);
  });

  it('admits nobody whom it did not know', async () => {
    const key = await newKey();
    down = true;
    expect(await admitted(key)).toBe('unavailable');
  });

  it('does not forget that a key was revoked', async () => {
    const key = await newKey();
    expect(await admitted(key)).toBe('admitted');
    await store.revokeKey(key.id, 1);
    await clock.sleep(60_000);
    expect(await admitted(key)).toBe(401);
    down = true;
    expect(await admitted(key)).toBe('unavailable');
  });
});
