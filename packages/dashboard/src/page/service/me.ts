/** Who the reader is to the service, and what the service is about. */
import { signal } from '@preact/signals';
import type { Me } from '@ratchet/service';
import { ask } from './request.ts';

export const me = signal<Me | null>(null);

/** With another key than the one that was entered, where one is given. Rejects with a `RequestError`: 401 for a key that the service does not know. */
export async function loadMe(key?: string): Promise<Me> {
  const found = await ask<Me>('/api/me', key === undefined ? {} : { key });
  me.value = found;
  return found;
}

export function isAdmin(): boolean {
  return me.value?.scopes.includes('admin') ?? false;
}
