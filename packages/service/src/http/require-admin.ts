/** What a route asks of a key beyond its own scope. */
import type { StoredKey } from '@ratchet/core';
import { ServiceError } from '../service-error.ts';

/** Throws a `ServiceError` (403) that says what for. */
export function requireAdmin({ scopes }: StoredKey, purpose: string): void {
  if (!scopes.includes('admin')) throw new ServiceError(403, `this key has not the scope "admin", which is needed ${purpose}`, { code: 'insufficient_scope' });
}
